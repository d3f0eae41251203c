import { make } from "../dom";
import { say } from "../words";

/** A place to sign with finger, pen or mouse; `signed` brings the picture as a PNG file, black on white in every theme. */
export class SignaturePad extends HTMLElement {
  #canvas = make("canvas", { class: "signature", width: 640, height: 220, "aria-label": say("手写签名") });
  #empty = true;

  connectedCallback(): void {
    const clear = make("button", { type: "button", class: "btn", click: () => this.#clear() }, say("清除重写"));
    const done = make("button", { type: "button", class: "btn", click: () => this.#done() }, say("签好了"));
    this.replaceChildren(this.#canvas, make("p", { class: "row" }, clear, done));
    this.#clear();
    for (const kind of ["pointerdown", "pointermove"] as const) this.#canvas.addEventListener(kind, (event) => this.#write(event));
  }

  get #pen(): CanvasRenderingContext2D {
    return this.#canvas.getContext("2d")!;
  }

  #clear(): void {
    this.#empty = true;
    this.#pen.fillStyle = "white";
    this.#pen.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #write(event: PointerEvent): void {
    const scale = this.#canvas.width / this.#canvas.getBoundingClientRect().width;
    const place = [event.offsetX * scale, event.offsetY * scale] as const;
    if (event.type === "pointermove" && event.buttons) {
      this.#empty = false;
      this.#pen.lineTo(...place);
      this.#pen.stroke();
    } else if (event.type === "pointerdown") {
      this.#canvas.setPointerCapture(event.pointerId);
      Object.assign(this.#pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "black" });
      this.#pen.beginPath();
      this.#pen.moveTo(...place);
    }
  }

  #done(): void {
    if (this.#empty) return;
    const tell = (picture: Blob | null): void => {
      if (picture) this.dispatchEvent(new CustomEvent("signed", { detail: new File([picture], "signature.png", { type: "image/png" }) }));
    };
    this.#canvas.toBlob(tell, "image/png");
  }
}

customElements.define("signature-pad", SignaturePad);

declare global {
  interface HTMLElementTagNameMap {
    "signature-pad": SignaturePad;
  }
}
