/** An act of staff, as the ledger records it. */

export interface Act {
  readonly actor: string;
  /** In staff's own words. */
  readonly reason: string;
  readonly at: Date;
}
