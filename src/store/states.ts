/**
 * Where a delivery `d` stands, as SQL. The indexes of `deliveries` do not name the state, so that a change
 * of it writes into none of them; what is to be found through them is asked for in their words.
 */

/** Waits to be claimed. */
export const waiting = `d.owner is null and d.settled_at is null and d.state = 'pending'`;

/** Is claimed. */
export const claimed = `d.owner is not null and d.state = 'claimed'`;

/** Is on the wire, or was when its process died. */
export const sending = `d.owner is not null and d.state = 'sending'`;

/** Is claimed or on the wire. */
export const taken = `d.owner is not null and d.state in ('claimed', 'sending')`;
