// What a page says, for tests/e2e/speech.py: texts and names of its elements, and ways to open every corner of an editor.
(() => {
  const MARK = "[class*=powered-by]"; // links to its makers, as its licence asks
  const THEIRS = "body > :is([class*=bio-], [class*=djs-], [class*=dm], [class*=fjs-])";
  const NAMES = ["title", "aria-label", "placeholder", "data-title"];
  const pause = () => new Promise((done) => setTimeout(done, 30));

  /** Texts with a word that matches `pattern` and is not `same` in both languages, outside of what people `wrote`; foreign links. */
  function heard([wrote, same, pattern]) {
    const known = new Set(same.map((word) => word.toLowerCase()));
    const letters = new RegExp(pattern, "gu");
    const found = [];
    const hear = (text, element, how) => {
      const words = (text ?? "").match(letters) ?? [];
      if (!words.some((word) => !known.has(word.toLowerCase())) || element.closest(wrote)) return;
      found.push(`${text.trim().replace(/\s+/g, " ")} (${how} ${element.className?.baseVal ?? element.className})`);
    };
    const roots = [document.querySelector(".studio"), ...document.querySelectorAll(THEIRS)];
    for (const element of roots.flatMap((root) => [root, ...root.querySelectorAll("*")])) {
      if (element.matches("script, style, option[hidden]")) continue;
      for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE) hear(child.data, element, "text");
      for (const name of NAMES) hear(element.getAttribute(name), element, name);
      const foreign = element.matches("a[href]") && element.origin !== location.origin;
      if (foreign && !element.closest(MARK)) found.push(`${element.href} (link)`);
    }
    return found;
  }

  /** Adds one item to each empty list of the panel, then opens every group and every item. */
  async function openPanel() {
    const panel = ".bio-properties-panel-";
    for (const add of document.querySelectorAll(`${panel}group-header ${panel}add-entry`)) {
      if (add.closest(`${panel}group`).querySelector(`${panel}list-item`)) continue;
      add.click();
      await pause();
    }
    for (const kind of ["group", "collapsible-entry"]) {
      for (const header of document.querySelectorAll(`${panel}${kind}-header:not(.open)`))
        (header.querySelector(`${panel}${kind}-header-title`) ?? header).click();
      await pause();
    }
  }

  /** Selects an element of a drawing as a click on it does. */
  async function select(id) {
    const shape = document.querySelector(`.djs-element[data-element-id="${id}"]`);
    const hit = shape.querySelector(".djs-hit") ?? shape;
    const { x, y } = hit.getBoundingClientRect();
    const how = { bubbles: true, button: 0, clientX: x, clientY: y };
    for (const type of ["mousedown", "mouseup", "click"]) hit.dispatchEvent(new MouseEvent(type, how));
    await pause();
  }

  window.speech = { heard, openPanel, select };
})();
