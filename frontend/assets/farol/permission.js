// What a user may do, as far as it decides what is worth offering: the server decides for good. Pure.

/** Whether the user of GET /session holds a permission anywhere; `*` stands for all. */
export function may(user, module, action) {
  return (user?.permissions ?? []).some((held) => {
    const [of, what] = held.split(":");
    return (of === "*" || of === module) && (what === "*" || what === action);
  });
}
