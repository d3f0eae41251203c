import CHINESE from "./parts-chinese.json";

/** Chinese for form-js: what its validator says, and the words of its parts, each only where its class stands. */
const SENTENCES: [RegExp, (found: string[]) => string][] = [
  [/^Field is required\.$/, () => "还没有填写"],
  [/^Value is not a number\.$/, () => "填写数字，例如 2000"],
  [/^Value is expected to be an integer\.$/, () => "填写整数"],
  [/^Value is expected to have at most (\d+) decimal/, (found) => `最多 ${found[1]} 位小数`],
  [/two nearest valid values are (.+) and (.+)\.$/, (found) => `最接近的可用值是 ${found[1]} 和 ${found[2]}`],
  [/^Field must match pattern/, () => "格式不对，照说明填写"],
  [/^Field must have minimum value of (.+)\.$/, (found) => `不小于 ${found[1]}`],
  [/^Field must have maximum value of (.+)\.$/, (found) => `不大于 ${found[1]}`],
  [/^Field must have minimum length of (.+)\.$/, (found) => `至少 ${found[1]} 个字`],
  [/^Field must have maximum length of (.+)\.$/, (found) => `最多 ${found[1]} 个字`],
  [/international phone number/, () => "填写带国家区号的电话，例如 +86 138 0000 0000"],
  [/^Field must be a valid email\.$/, () => "填写完整的邮箱，例如 name@example.cn"],
  [/^Date and time must both be entered\.$/, () => "日期和时间都要填"],
];

/** The validator's sentence in the page's language; what the form's author wrote stays. */
export function chineseError(english: string): string {
  for (const [pattern, say] of SENTENCES) {
    const found = pattern.exec(english);
    if (found) return say(found);
  }
  return english;
}

/** A word of form-js is translated only on an element whose class names one of these: labels of the form stay untouched. */
export const PARTS: Record<string, Record<string, string>> = CHINESE;
