// The player of one call: its waveform from stored peaks, the line that is being played, the keyboard.
(() => {
  "use strict";
  const HEIGHT = 64; // the policy for styles holds the sum of the waveform's, in which this stands
  const RATES = [1, 1.25, 1.5, 2];
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const sound = () => $("#sound");
  let wave = null;

  function clock(seconds) {
    const whole = Math.floor(seconds), two = (part) => String(part).padStart(2, "0");
    const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }

  // ---- the waveform -------------------------------------------------------------------------------------------
  function draw() {
    const box = $("#player [data-wave]");
    if (!box || !sound() || box.childElementCount || !window.WaveSurfer) return;
    const values = Int8Array.from(atob(box.dataset.peaks), (letter) => letter.charCodeAt(0));
    const every = (first) => Array.from({ length: values.length / 2 }, (_, at) => values[2 * at + first] / 128);
    wave = WaveSurfer.create({
      container: box, media: sound(), peaks: [every(1), every(0)], duration: box.dataset.durationMs / 1000,
      height: HEIGHT, normalize: true, barWidth: 2, barGap: 1, cursorWidth: 2, hideScrollbar: true, ...colours(),
    });
    wave.on("interaction", seek); // by itself it would wait for the sound, which is only fetched when played
    sound().controls = false;
  }

  function colours() {
    const of = (name) => getComputedStyle($("#player")).getPropertyValue(name).trim();
    return { waveColor: of("--wave"), progressColor: of("--wave-played"), cursorColor: of("--wave-cursor") };
  }

  new MutationObserver(() => wave?.setOptions(colours()))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

  // ---- playing ------------------------------------------------------------------------------------------------
  const toggle = () => (sound().paused ? start() : sound().pause());
  const start = () => sound().play().catch(() => {}); // what is wrong is told by the element's error
  function seek(seconds) {
    sound().currentTime = Math.max(0, Math.min(seconds, lengthS()));
    showPosition();
  }
  const lengthS = () => sound().duration || $("#player [data-wave]")?.dataset.durationMs / 1000 || Infinity;

  function playFrom(line) {
    seek(Number(line.dataset.seek));
    start();
  }

  function nextRate() {
    const rate = RATES[(RATES.indexOf(sound().playbackRate) + 1) % RATES.length];
    sound().playbackRate = sound().defaultPlaybackRate = rate;
    const button = $("#player [data-rate]");
    button.textContent = `${rate}×`;
    button.setAttribute("aria-label", `Speed, ${rate} times`);
  }

  async function tellTrouble() {
    const answer = await fetch(sound().src, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    const said = answer && !answer.ok && answer.headers.get("content-type")?.startsWith("text/plain") && await answer.text();
    $("#player [data-trouble]").textContent = said || "The recording cannot be played. Load the page again to try once more.";
  }

  // ---- what is played now -------------------------------------------------------------------------------------
  const lines = () => $$(".heard [data-seek]");
  const lineAt = (seconds) => lines().filter((line) => Number(line.dataset.seek) <= seconds + 0.05).pop();

  function showPosition() {
    if (!sound()) return;
    const at = sound().currentTime, box = $("#player [data-wave]"), now = $("#player [data-now]");
    if (now) now.textContent = clock(at);
    box?.setAttribute("aria-valuenow", Math.floor(at));
    box?.setAttribute("aria-valuetext", clock(at));
    const began = at > 0 || !sound().paused;
    const line = began ? lineAt(at) : undefined, before = $(".heard .is-played");
    if (line === before) return;
    const inView = before && before.getBoundingClientRect().bottom > 0 && before.getBoundingClientRect().top < innerHeight;
    before?.classList.remove("is-played");
    before?.removeAttribute("aria-current");
    line?.classList.add("is-played");
    line?.setAttribute("aria-current", "true");
    if (inView && !sound().paused) line?.scrollIntoView({ block: "nearest" });
  }

  function showPlaying() {
    const button = $("#player [data-play]");
    if (button) button.textContent = sound().paused ? "Play" : "Pause";
  }

  const HEARD = { timeupdate: showPosition, seeking: showPosition, play: showPlaying, pause: showPlaying, ended: showPlaying, error: tellTrouble };
  for (const [name, act] of Object.entries(HEARD)) {
    // What an audio element says does not bubble, and the element may come after this script.
    document.addEventListener(name, (event) => { if (event.target.id === "sound") act(); }, true);
  }

  // ---- pointer and keyboard -----------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (!sound()) return;
    if (event.target.closest("[data-play]")) return toggle();
    if (event.target.closest("[data-rate]")) return nextRate();
    const line = event.target.closest(".heard [data-seek]");
    if (line && !event.target.closest("a, summary") && getSelection().isCollapsed) playFrom(line);
  });

  function step(by) {
    const all = lines(), at = sound().currentTime, here = all.indexOf(lineAt(at));
    // Back goes to the start of this line first, as everywhere.
    const back = by < 0 && here >= 0 && at - Number(all[here].dataset.seek) > 1.5 ? 0 : by;
    const line = all[Math.min(Math.max(here + back, 0), all.length - 1)];
    if (line) playFrom(line);
  }

  const KEYS = { " ": toggle, "[": () => step(-1), "]": () => step(1) };
  const SLIDER = {
    ArrowLeft: () => seek(sound().currentTime - 5), ArrowRight: () => seek(sound().currentTime + 5),
    Home: () => seek(0), End: () => seek(lengthS()),
  };
  document.addEventListener("keydown", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (!sound() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (at("input, textarea, select, dialog, audio") || (event.key === " " && at("button, a, summary"))) return;
    const act = (at("[data-wave]") && SLIDER[event.key]) || KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  function settle() {
    draw();
    // Fetched anew, the section comes without its class, and may come once more after the waveform was drawn.
    $("#player")?.classList.toggle("has-wave", Boolean($("#player [data-wave]")?.childElementCount));
    showPosition();
  }
  document.addEventListener("htmx:afterSettle", settle);
  settle();
})();
