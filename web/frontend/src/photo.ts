import { say } from "./words";

/** Shorter than this on its longer side, a sheet of paper cannot be read. */
const SMALLEST = 800;
/** Mean brightness of 255 below which print is not told from paper. */
const DARK = 55;
/** Steps between neighbouring points of the sharpest hundredth of a picture: print and edges have many times as much. */
const BLURRED = 14;

/** Why a photo could not be read, and the cure; undefined for a good one and for what is no photo. */
export async function fault(file: File): Promise<string | undefined> {
  if (!/^image\/(png|jpeg)$/.test(file.type)) return undefined;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  if (Math.max(picture.width, picture.height) < SMALLEST) return say("照片太小（{w} × {h}），字看不清。用相机拍原图，不要截图。", { w: picture.width, h: picture.height });
  const grey = greyOf(picture);
  if (grey.mean < DARK) return say("照片太暗，看不清。到亮处、放平、避开反光再拍。");
  return grey.edge < BLURRED ? say("照片太模糊，看不清。拿稳、对准焦点再拍。") : undefined;
}

/** Brightness, and how sharp the sharpest places are, of the picture at 1200 points. */
function greyOf(picture: ImageBitmap): { mean: number; edge: number } {
  const scale = Math.min(1, 1200 / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const pen = new OffscreenCanvas(width, height).getContext("2d")!;
  pen.drawImage(picture, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const grey = Float32Array.from({ length: width * height }, (_, i) => 0.3 * data[4 * i]! + 0.59 * data[4 * i + 1]! + 0.11 * data[4 * i + 2]!);
  const steps = grey.map((value, i) => (i % width ? Math.abs(value - grey[i - 1]!) : 0)).sort();
  return { mean: grey.reduce((sum, value) => sum + value, 0) / grey.length, edge: steps[Math.floor(steps.length * 0.99)]! };
}
