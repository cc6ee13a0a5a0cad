// What a person's page tells of a visit: `<script>` says where to (`data-url`) and whose page it is
// (`data-slug`). No cookies, no storage, nothing global; the page is the same without it.
//
// To be small it is published (beacon.py) without the lines that begin with `//`, and without space
// around `=(){},;:?&|<>!+`. So a comment has lines of its own, every statement ends in `;` or `}`,
// and no text needs such a space. Every byte counts: less than 1,000, compressed.

// What goes wrong in here is nobody's business.
try {
  const { url, slug } = document.currentScript.dataset;
  // Of those who ask not to be counted, nothing is told; nor of previews, mirrors, saved copies.
  if (
    navigator.globalPrivacyControl ||
    navigator.doNotTrack == 1 ||
    document.querySelector("[rel=canonical]").href.split("/")[2] != location.host
  )
    throw url;

  // What was told in this view of the page, of what is told once in each; and what could not be
  // sent: it is sent once more, under the same id, when the page is next visible.
  let told;
  const unsent = [];

  const post = (body, keep = () => unsent.push(body)) => {
    try {
      // A text needs no permission in advance (CORS), and `keepalive` lets it outlive the page.
      fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" }).then(
        ({ status }) => /429|5../.test(status) && keep(),
        keep
      );
    } catch {
      navigator.sendBeacon(url, body);
    }
  };
  const send = (type, data, project_id) =>
    post(
      JSON.stringify(
        {
          // A UUID of version 7 (RFC 9562): the milliseconds since 1970 in 12 digits, the first of
          // which is 0 until 2527, and then what is random in one of version 4.
          id: `0${Date.now().toString(16)}-7${crypto.randomUUID().slice(15)}`.replace(/.{8}/, "$&-"),
          type,
          slug,
          project_id,
          data
        },
        // What is empty is left out.
        (type, data) => data || undefined
      )
    );

  const once = (type, data, id) => document.hidden || (told[id] ||= !send(type, data, id));
  const project = target => target && once("project_view", 0, target.dataset.project);
  // A project is seen after a second in the middle half of the screen, however tall it is.
  const observer = new IntersectionObserver(
    all =>
      all.forEach(({ target, isIntersecting }) => {
        clearTimeout(target.timer);
        if (isIntersecting) target.timer = setTimeout(project, 1000, target);
      }),
    { rootMargin: "-25% 0%" }
  );

  const show = () => {
    if (document.hidden || document.prerendering) return;
    unsent.splice(0).forEach(body => post(body, () => {}));
    const [scheme, , host] = document.referrer.split("/");
    once("view", {
      // Not of an app: `android-app://com.example.reader/`.
      referrer: /^http/.test(scheme) && host != location.host && host,
      screen: innerWidth < 600 ? "phone" : innerWidth < 1024 ? "tablet" : "desktop",
      language: navigator.language.slice(0, 35)
    });
    // The second begins anew.
    document.querySelectorAll("[data-project]").forEach(target => {
      observer.unobserve(target);
      observer.observe(target);
    });
  };
  const click = ({ target }) => {
    const data = target.closest("[data-event],[download]")?.dataset;
    data && send(data.event || "download", { type: data.kind });
    target.closest("a") && project(target.closest("[data-project]"));
  };

  const on = (type, show) =>
    addEventListener(
      type,
      event => {
        try {
          show(event);
        } catch {}
      },
      true
    );
  on("visibilitychange", show);
  on("prerenderingchange", show);
  on("pageshow", event => event.persisted && show((told = {})));
  on("click", click);
  // The middle button opens a link, too; the right one a menu.
  on("auxclick", event => event.button > 1 || click(event));
  show((told = {}));
} catch {}
