/** Sentences of the islands: Chinese is the key, English the other side. A test finds keys that are missing here. */
const ENGLISH: Record<string, string> = {
  "有 {n} 条新任务": "{n} new tasks",
  "{time} 的数据": "Data of {time}",
  "重新载入": "Reload",
  "撤销": "Undo",
  "已复制": "Copied",
  "没有网络，连上后再试": "No network; try again when it is back",
  "没有网络，已存本机 {time}，连上后自动上传": "No network; kept on this device at {time}, sent when it is back",
  "服务器没有收下，已存本机 {time}": "Not taken by the server; kept on this device at {time}",
  "{time} 已保存，可换设备继续": "Saved {time}; you may go on from another device",
  "{time} 已保存": "Saved {time}",
  "这一步没有办成，您填的都还在。": "This step failed. All you typed is still here.",
  "稍后再试。": "Try again later.",
  "编号 {reference}": "Reference {reference}",
  "还不能提交：{n} 处要改": "Not yet: {n} places to correct",
  "有 {n} 处要改": "{n} places to correct",
  "看差异": "Show differences",
  "用我的": "Keep mine",
  "用新的": "Use the new one",
  "看结果": "See the result",
  "您填的": "Yours",
  "现在的": "Now",
  "没有不同": "No differences",
  "上传": "Upload",
  "拍照或上传": "Photo or upload",
  "换一份": "Replace",
  "删去": "Remove",
  "取消": "Cancel",
  "正在上传 {done} / {all}": "Uploading {done} of {all}",
  "没有传上去。{why}": "Not uploaded. {why}",
  "这份 {size}，超过 20 MB。压缩或分开后再传。": "This file has {size}, more than 20 MB. Compress or split it.",
  "只收照片、PDF、Word 和 Excel。换一种格式再传。": "Photos, PDF, Word and Excel only. Convert it and try again.",
  "网络断了，再传一次。": "The connection broke; upload again.",
  "已上传": "Uploaded",
  "加密保存，只显示一部分": "Stored encrypted, shown in part",
  "当前步骤": "Current step",
  "全图": "Whole diagram",
  "步骤清单": "List of steps",
  "放大": "Zoom in",
  "缩小": "Zoom out",
  "流程图没有载入，先看步骤清单。": "The diagram did not load; here is the list of steps.",
  "已办": "Done",
  "办理中": "Active",
  "临期": "Due soon",
  "超期": "Overdue",
  "已暂停": "Paused",
  "异常": "Incident",
  "按时": "On time",
  "已办结": "Finished",
  "未到": "Not yet",
  "上一步": "Back",
  "下一步": "Next",
  "第 {n} 步，共 {all} 步": "Step {n} of {all}",
  "手写签名": "Sign by hand",
  "清除重写": "Clear",
  "签好了": "Done signing",
  "核对并提交": "Check and submit",
  "修改": "Change",
  "没有填": "Not given",
  "：": ": ",
  "现在由 {who} 办理": "Now with {who}",
  "到它的时限": "until its limit",
  "同类用时的中位数 {days} 个工作日": "median of like cases, {days} working days",
  "承诺时限 {days} 个工作日": "promised limit, {days} working days",
  "预计日期怎么算的": "How the predicted date was worked out",
  "预计 {day} 送电": "Power predicted for {day}",
  "是": "Yes",
  "否": "No",
};

/** Sentences that only some pages need come with their own script. */
export const learn = (sentences: Record<string, string>): unknown => Object.assign(ENGLISH, sentences);

const english = document.documentElement.lang.startsWith("en");

/** The sentence in the page's language with its {places} filled. */
export function say(chinese: string, values: Record<string, string | number> = {}): string {
  const sentence = english ? (ENGLISH[chinese] ?? chinese) : chinese;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** 14:18 on the reader's clock. */
export function clock(moment: Date = new Date()): string {
  return moment.toTimeString().slice(0, 5);
}

/** 0.8 MB, 312 kB. */
export function size(bytes: number): string {
  return bytes >= 100_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`;
}
