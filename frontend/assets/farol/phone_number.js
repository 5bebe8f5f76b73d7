// Phone numbers as people write them, to E.164 as Farol keeps them. Pure.

const SHAPE = /^\+[1-9][0-9]{6,14}$/;

/** `(31) 99999-0000` to `+5531999990000`: ten or eleven digits are Brazilian. Null when it cannot be one. */
export function phoneOf(written) {
  const digits = written.replace(/[\s().-]/g, "");
  const full = /^[0-9]{10,11}$/.test(digits) ? `+55${digits}` : digits;
  return SHAPE.test(full) ? full : null;
}
