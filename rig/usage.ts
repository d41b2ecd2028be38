/** Wrong usage, or a part that this machine lacks: a full sentence that says what to do. */
export class UsageError extends Error {}
