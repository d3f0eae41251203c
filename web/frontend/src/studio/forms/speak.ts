import { speakChinese } from "../../form/chinese";
import { overhear } from "../overhear";
import words from "./chinese.json";

/** Once per page: form-js has no translation of its own. */
export function speakFormEditor(): void {
  overhear(words);
  speakChinese();
}
