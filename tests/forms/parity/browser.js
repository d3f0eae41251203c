// Opens each pair in the viewer of form-js, types what it says, and answers which fields are shown, which are refused and
// what is submitted.
async (pairs) => {
  const place = (instance) => [instance.id, ...Object.values(instance.indexes ?? {})].join(".");
  const wrong = (errors, name = "") =>
    Object.entries(errors).flatMap(([id, texts]) => {
      const path = name ? `${name}.${id}` : id;
      if (texts === undefined || texts === null) return [];
      // The rows of a list stand in an array too.
      return typeof texts[0] === "string" ? [path] : wrong(texts, path);
    });
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

  async function answer({ components, data, typed }) {
    const container = document.body.appendChild(document.createElement("div"));
    const form = new FormViewer.Form({ container, additionalModules: [Today.onDay] });
    await form.importSchema({ type: "default", id: "x", components }, structuredClone(data));
    // Conditions and lists settle in effects of the first drawings.
    const settled = async () => {
      for (let turn = 0; turn < 3; turn++) await drawn();
    };
    await settled();
    for (const [path, value] of Object.entries(typed ?? {})) {
      const instances = form.get("formFieldInstanceRegistry").getAllKeyed();
      form._update({ fieldInstance: instances.find(({ valuePath }) => valuePath.join(".") === path), value });
      await settled();
    }
    const shown = form.get("formFieldInstanceRegistry").getAllKeyed().map(place).sort();
    const submitted = form.submit();
    form.destroy();
    container.remove();
    return { shown, wrong: wrong(submitted.errors).sort(), submitted: submitted.data };
  }
  return Promise.all(pairs.map(answer));
};
