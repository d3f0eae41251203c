/** The mark of bpmn.io links to its makers and stays as shipped. */
const MARK = ".bjs-powered-by, .bjs-powered-by-lightbox, .fjs-powered-by, .fjs-powered-by-lightbox";

/** Help links of the libraries lead to other origins, which closed networks do not reach: their words stay, the link goes. */
export function keepInside(root: HTMLElement): void {
  const cut = (): void => {
    for (const link of root.querySelectorAll<HTMLAnchorElement>("a[href]"))
      if (link.origin !== location.origin && !link.closest(MARK)) link.removeAttribute("href");
  };
  new MutationObserver(cut).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["href"] });
  cut();
}
