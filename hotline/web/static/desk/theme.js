// Light or dark as the person chose, or as their machine prefers, light on paper; read before the page is drawn.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const draw = () => {
    const wanted = root.dataset.theme === "auto" ? (dark.matches ? "dark" : "light") : root.dataset.theme;
    root.dataset.bsTheme = paper.matches ? "light" : wanted;
  };
  for (const one of [dark, paper]) one.addEventListener("change", draw);
  draw();
})();
