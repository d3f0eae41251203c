type Language = Record<"evaluate" | "evaluateUnaryTest", (expression: string, data?: object) => unknown>;

/** `today()` of FEEL is the day that the page names, as `date(…)` reads it. Left alone form-js takes the moment of the device, which is later than its own day. */
function OnDay(language: Language): void {
  const [evaluate, test] = [language.evaluate.bind(language), language.evaluateUnaryTest.bind(language)];
  const today = (): unknown => evaluate(`=date("${document.documentElement.dataset.today}")`);
  language.evaluate = (expression, data) => evaluate(expression, { today, ...data });
  language.evaluateUnaryTest = (expression, data) => test(expression, { today, ...data });
}
OnDay.$inject = ["expressionLanguage"];
export const onDay = { __init__: ["onDay"], onDay: ["type", OnDay] };
