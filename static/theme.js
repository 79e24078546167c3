// Runs before the first paint: the colours the viewer chose, else the system's; and the viewer's time zone.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // The admin keeps its choice under the same name: light, dark or auto.
  const chosen = () => ["light", "dark"].find((theme) => theme === localStorage.getItem("theme"));
  const paint = () => {
    const theme = chosen() || (dark.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
  };
  dark.addEventListener("change", paint);
  addEventListener("theme", paint);
  paint();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
})();
