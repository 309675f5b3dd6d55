// Runs before anything is drawn, so that nothing flashes in the wrong colours. The choice is kept for this browser.
(() => {
  try {
    const kept = localStorage.getItem("portico-theme");
    if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  } catch {
    // Storage may be forbidden: the system's colours are right then.
  }
})();
