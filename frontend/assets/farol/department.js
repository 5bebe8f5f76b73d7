// Which department a follow-up page is about: `?department=`, the commercial one when absent.

import { useQuery } from "./address.js";

export const DEPARTMENTS = ["commercial", "finance", "technical"];

export function departmentName(department, text) {
  return { commercial: text("Commercial"), finance: text("Finance"), technical: text("Technical") }[department] ?? department;
}

/** As the parameter of `followup`: empty for the default and for an address that names none of ours. */
export function useDepartment() {
  const asked = useQuery("department");
  return DEPARTMENTS.slice(1).includes(asked) ? asked : "";
}

/** As the parameter of `followup.summary`, where absent means all departments. */
export function useSummedDepartment() {
  return useDepartment() || DEPARTMENTS[0];
}
