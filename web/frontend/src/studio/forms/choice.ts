import { h } from "preact";

/** A choice in the panel of the form editor; `options` are value and label. */
interface Choice {
  id: string;
  label: string;
  description?: string;
  value: string;
  options: [string, string][];
  set(value: string): void;
}

/**
 * The entry of a choice. form-js carries a panel library of its own inside, drawn by the common Preact; entries of the library
 * that bpmn-js uses belong to another Preact and cannot be drawn there, so this one is made of plain elements.
 */
export function choice({ id, label, description, value, options, set }: Choice): object {
  const place = `bio-properties-panel-${id}`;
  const picked = (event: Event): void => set((event.target as HTMLSelectElement).value);
  const component = (): unknown =>
    h("div", { class: "bio-properties-panel-entry", "data-entry-id": id }, [
      h("div", { class: "bio-properties-panel-select" }, [
        h("label", { for: place, class: "bio-properties-panel-label" }, label),
        h("select", { id: place, name: id, class: "bio-properties-panel-input", value, onChange: picked }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))),
      ]),
      description ? h("div", { class: "bio-properties-panel-description" }, description) : null,
    ]);
  return { id, component, isEdited: (node: HTMLSelectElement | null) => Boolean(node?.value) };
}
