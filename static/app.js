// What the server cannot do: hear the stream, tick, keep things still under the pointer, answer the keyboard.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const STALE_MS = 12000;
  let skewMs = 0; // the server's clock minus this one

  // ---- the stream ---------------------------------------------------------------------------------------------
  const signal = { at: Date.now(), delayMs: null, source: null, retryMs: 1000 };
  const running = new Map(); // call → tools announced as running and not yet on the page

  function connect() {
    const source = (signal.source = new EventSource(document.body.dataset.stream));
    const on = (name, heard) => source.addEventListener(name, (event) => {
      signal.at = Date.now();
      signal.retryMs = 1000;
      heard(JSON.parse(event.data));
    });
    on("beat", ({ now_ms }) => { skewMs = now_ms - Date.now(); refresh(null, 4000, now_ms); });
    on("calls", ({ ids, at_ms, now_ms }) => { signal.changedAt = at_ms; refresh(ids, 0, now_ms); });
    on("words", (all) => all.forEach((said) => (said.topic === "tools" ? hearTool(said) : hearWords(said))));
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      source.close();
      setTimeout(connect, signal.retryMs);
      signal.retryMs = Math.min(signal.retryMs * 2, 15000);
    };
  }

  /**
   * Asks every part of the page that shows one of these calls to fetch itself again; null means any may have changed.
   * heardMs: when the server gave the signal, if it did; what it made for another viewer since then is new enough.
   */
  function refresh(ids, unlessWithinMs, heardMs) {
    for (const part of $$("[data-live]")) {
      const concerns = ids === null || part.dataset.live === "*" || ids.includes(part.dataset.live);
      // A server that answers slowly is asked less often.
      const restMs = Math.max(unlessWithinMs, Number(part.dataset.every || 0), Math.min(5 * (part.tookMs || 0), 4000));
      const rest = restMs - (Date.now() - (part.fetchedAt || 0));
      if (!concerns) continue;
      part.heardMs = heardMs;
      if (part.waiting) continue;
      if (rest <= 0) fetchPart(part);
      else if (!unlessWithinMs) part.waiting = setTimeout(() => fetchPart(part), rest);
    }
  }

  function fetchPart(part) {
    part.waiting = null;
    if (!part.isConnected || document.hidden) return;
    part.fetchedAt = Date.now();
    htmx.trigger(part, "refresh", { heardMs: part.heardMs });
  }

  function showSignal() {
    const badge = $("#signal");
    const quietMs = Date.now() - signal.at;
    const stale = quietMs > STALE_MS;
    badge.hidden = false;
    badge.className = `badge ${stale ? "bg-orange-lt" : "bg-green-lt"}`;
    badge.textContent = stale ? `no signal for ${Math.round(quietMs / 1000)} s, trying again`
      : signal.delayMs === null ? "connecting" : `live · ${Math.max(signal.delayMs / 1000, 0.1).toFixed(1)} s`;
  }

  // ---- words and tools, which have no row yet -------------------------------------------------------------------
  function hearWords({ call, role, text, final }) {
    for (const line of $$("[data-words]").filter((one) => one.dataset.words === call)) {
      const said = $("[data-said]", line), partial = $("[data-partial]", line);
      if (line.dataset.role !== role || final) said.textContent = "";
      line.dataset.role = role;
      $("[data-speaker]", line).textContent = role === "user" ? "Caller" : "Agent";
      (final ? said : partial).textContent = text;
      if (!final && said.textContent.length > 60) said.textContent = `… ${said.textContent.slice(-60)}`;
      if (final) partial.textContent = "";
      keepAtBottom(() => { line.hidden = false; });
    }
  }

  function hearTool({ call, name, state }) {
    const names = running.get(call) || new Map();
    if (state === "running") names.set(name, Date.now() + skewMs); else names.delete(name);
    running.set(call, names);
    showTools();
    refresh([call], 0);
  }

  function showTools() {
    for (const place of $$("[data-tools]")) {
      $$("[data-announced]", place).forEach((chip) => chip.remove());
      const shown = place.textContent;
      for (const [name, since] of running.get(place.dataset.tools) || []) {
        if (shown.includes(name) || Date.now() + skewMs - since > 30000) continue;
        const chip = Object.assign(document.createElement("span"), { className: "badge bg-azure-lt tool-running" });
        chip.dataset.announced = "";
        chip.append(Object.assign(document.createElement("span"), { className: "dot" }), name);
        place.append(chip);
      }
    }
  }

  // ---- time ---------------------------------------------------------------------------------------------------
  function tick() {
    for (const time of $$("[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() + skewMs - Number(time.dataset.since)) / 1000));
      const text = time.dataset.unit === "s" ? `${seconds} s` : clock(seconds);
      if (time.textContent !== text) time.textContent = text;
    }
    for (const time of $$("[data-until]")) {
      const left = Math.floor((Number(time.dataset.until) - Date.now() - skewMs) / 1000);
      const text = left > 0 ? `${span(left)} left` : `overdue by ${span(-left)}`;
      if (time.textContent !== text) time.textContent = text;
      time.classList.toggle("is-overdue", left <= 0);
    }
    if (signal.source) showSignal();
  }

  const DAY_S = 86400;
  const span = (seconds) => (seconds < 2 * DAY_S ? clock(seconds) : `${Math.floor(seconds / DAY_S)} days`);

  function clock(seconds) {
    const two = (part) => String(part).padStart(2, "0");
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  // ---- nothing moves under the pointer ----------------------------------------------------------------------------
  // A link that was clicked keeps the focus, but only a visible focus is somebody's place in the list.
  const inUse = (list) => list && (list.matches(":hover") || list.querySelector(":focus-visible"));

  /** Puts the fetched rows into the order on the screen and counts what that hides. */
  function hold(page) {
    const list = $("[data-rows]"), fetched = $("[data-rows]", page);
    if (!fetched || !inUse(list)) return;
    const rows = new Map($$("[data-row]", fetched).map((row) => [row.id, row]));
    const wanted = [...rows.keys()], shown = $$("[data-row]", list).map((row) => row.id);
    const kept = shown.map((id) => rows.get(id) || gone(document.getElementById(id).cloneNode(true)));
    const stay = shown.filter((id) => rows.has(id));
    const changes = stay.length - inOrder(stay.map((id) => wanted.indexOf(id))) + shown.length + wanted.length - 2 * stay.length;
    fetched.replaceChildren(...kept);
    const button = $("#changed", page);
    if (!button || !changes) return;
    button.hidden = false;
    button.textContent = `${changes} changed`;
  }

  /** How many of these need not move: the length of the longest rising subsequence. */
  function inOrder(places) {
    const ends = [];
    for (const place of places) {
      const at = ends.findIndex((end) => end >= place);
      ends[at < 0 ? ends.length : at] = place;
    }
    return ends.length;
  }

  function gone(row) {
    row.classList.add("is-gone");
    return row;
  }

  let apply = false;
  function release() {
    if ($("#changed")?.hidden !== false) return;
    apply = true;
    htmx.trigger($("#rows").closest("[data-live]"), "refresh");
  }

  /** What was being typed in a field that the fetched page no longer has goes into the field that takes its place. */
  function keepTyped(page, submitted) {
    let kept = false;
    for (const place of $$("[data-takes]", page)) {
      const typed = document.getElementById(place.dataset.takes);
      if (!typed?.value.trim() || document.getElementById(place.id) || page.getElementById(typed.id) || submitted?.contains(typed)) continue;
      place.textContent = typed.value;
      place.closest("[hidden]")?.removeAttribute("hidden");
      kept = true;
    }
    return kept;
  }

  let scrolled = () => {};
  /** A transcript read at its end stays at its end; one scrolled back stays where it is. */
  function keepAtBottom(change) {
    const boxes = $$("[data-bottom]").filter((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 40);
    change();
    boxes.filter((box) => box.isConnected).forEach((box) => { box.scrollTop = box.scrollHeight; });
  }

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.responseURL.includes("/login/")) return location.reload(); // logged out meanwhile
    if (!detail.shouldSwap) return;
    const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    const { elt, triggeringEvent } = detail.requestConfig;
    const asked = triggeringEvent?.type !== "refresh", chosen = elt.matches("[data-select]");
    if ((!asked || chosen) && !apply) hold(page);
    const kept = keepTyped(page, asked ? elt : null);
    if (!asked || chosen || kept) detail.serverResponse = page.body.innerHTML;
    apply = false;
    const boxes = $$("[data-bottom]").filter((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 40).map((box) => box.id);
    scrolled = () => $$("[data-bottom]").filter((box) => boxes.includes(box.id) || asked).forEach((box) => { box.scrollTop = box.scrollHeight; });
  });

  document.addEventListener("htmx:configRequest", ({ detail: { headers, triggeringEvent } }) => {
    const heardMs = triggeringEvent?.type === "refresh" && triggeringEvent.detail.heardMs;
    if (heardMs) headers["X-Heard-Ms"] = String(heardMs);
  });

  document.addEventListener("htmx:afterRequest", ({ detail: { elt, requestConfig } }) => {
    if (elt.fetchedAt) elt.tookMs = Date.now() - elt.fetchedAt;
    // What the viewer did is shown by nothing that was made before it.
    if (requestConfig.triggeringEvent?.type !== "refresh") $$("[data-live]").forEach((part) => { part.heardMs = undefined; });
  });

  document.addEventListener("htmx:afterSettle", () => {
    scrolled();
    showTools();
    tick();
    if (signal.changedAt) signal.delayMs = Math.max(0, Date.now() + skewMs - signal.changedAt);
    signal.changedAt = null;
  });

  if (window.Idiomorph) {
    Idiomorph.defaults.ignoreActiveValue = true;
    // What the viewer opened or uncovered stays so.
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.localName === "details");
    Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.dataset && "kept" in node.dataset);
  }

  // ---- keyboard and pointer -------------------------------------------------------------------------------------
  const step = (by) => {
    const links = $$("[data-select]").filter((link) => link.offsetParent);
    const at = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const link = links[Math.min(Math.max(at + by, 0), links.length - 1)];
    link?.focus();
    if (link?.hasAttribute("hx-get")) link.click();
  };
  const open = () => {
    const row = document.activeElement.closest("[data-row]") || $("[data-row].is-selected");
    (row && $("[data-open]", row))?.click();
  };
  const claim = () => {
    const place = document.activeElement.closest("[data-row]") || $("[data-row].is-selected, .escalation-acts");
    (place && $("[data-claim]", place))?.click();
  };
  const search = () => ($("#id_q") ? $("#id_q").focus() : location.assign("/calls/#id_q"));
  const closeMenus = () => $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
  const KEYS = {
    j: () => step(1), k: () => step(-1), o: open, "/": search, "?": () => $("#help").showModal(),
    "g l": () => location.assign("/"), "g c": () => location.assign("/calls/"), "g e": () => location.assign("/escalations/"),
    "g t": () => location.assign("/tickets/"),
    "g f": () => location.assign("/follow-ups/"),
    c: claim, Escape: closeMenus,
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const act = KEYS[`${before} ${event.key}`] || KEYS[event.key];
    before = event.key;
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-help]")) $("#help").showModal();
    if (at("[data-apply]")) release();
    if (at("#said")) at("#said").textContent = "";
    if (at("[data-colours]")) setTheme(at("[data-colours]").dataset.colours);
    $$("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });

  document.addEventListener("pointerout", (event) => {
    const list = event.target.closest?.("[data-rows]");
    if (list && !list.contains(event.relatedTarget)) setTimeout(() => inUse(list) || release(), 400);
  });

  function setTheme(theme) {
    localStorage.setItem("theme", theme);
    dispatchEvent(new Event("theme"));
    $$("[data-colours]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.colours === theme)));
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && signal.source) refresh(null, 0); });
  $$("[data-colours]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.colours === (localStorage.getItem("theme") || "auto"))));
  $$("[data-bottom]").forEach((box) => { box.scrollTop = box.scrollHeight; });
  if (location.hash === "#id_q") $("#id_q")?.focus();
  if (document.body.dataset.stream) connect();
  setInterval(tick, 1000);
  tick();
})();
