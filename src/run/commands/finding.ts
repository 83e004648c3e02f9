/** One thing that the doctor looked at. */
export type Finding = { check: string; ok: boolean; says: string }
