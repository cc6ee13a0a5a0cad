// A page about a mistake, opened by itself, goes away when something was saved. In the gallery the
// frame around it sees to that.
import { listen } from "./live.js";

if (window.top === window) listen({ page: () => location.reload(), style: () => location.reload() });
