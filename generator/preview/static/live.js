// What the server tells: that pages, or only style sheets, are others now.

/**
 * Listens for as long as the page is open.
 * @param {{page: () => void, style: (styles: Object<string, string>) => void}} hear
 *   `page`: pages have to be loaded anew. `style`: addresses of style sheets, and those in their place.
 */
export function listen(hear) {
  let heard = null;
  const source = new EventSource("/-/events");
  source.addEventListener("hello", (event) => {
    if (heard !== null && heard !== event.data) hear.page(); // something was missed
    heard = event.data;
  });
  const count = () => {
    const [server, sent] = heard.split(".");
    heard = `${server}.${Number(sent) + 1}`;
  };
  source.addEventListener("page", () => { count(); hear.page(); });
  source.addEventListener("style", (event) => { count(); hear.style(JSON.parse(event.data)); });
  window.addEventListener("pagehide", () => source.close());
}
