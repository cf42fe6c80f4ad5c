/** Who may call, until somebody enters another number: the freight company's customers, and a stranger. */
export const CALLERS = [
  { number: "83366857", name: { zh: "李总", en: "Mr Li" } },
  { number: "13800138000", name: { zh: "陈女士", en: "Ms Chen" } },
  { number: "075523456789", name: { zh: "赵经理", en: "Mr Zhao" } },
  { number: "13912345678", name: { zh: "陌生人", en: "Stranger" } },
];
