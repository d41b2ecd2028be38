/** Values that are worth keeping, within a limit; what was not asked for longest goes first. */

export interface Memory<Value> {
  recall(key: string): Value | undefined;
  /** Replaces what had the key before. `size` is in the unit of the limit. */
  remember(key: string, value: Value, size: number): void;
}

export function createMemory<Value>(limit: number): Memory<Value> {
  const kept = new Map<string, { readonly value: Value; readonly size: number }>();
  let total = 0;

  function take(key: string) {
    const found = kept.get(key);
    if (!found) return undefined;
    kept.delete(key);
    total -= found.size;
    return found;
  }

  function remember(key: string, value: Value, size: number): void {
    take(key);
    kept.set(key, { value, size });
    total += size;
    for (const oldest of kept.keys()) {
      if (total <= limit) break;
      take(oldest);
    }
  }

  return {
    remember,
    recall(key) {
      const found = kept.get(key);
      // The order is of no matter before something has to go, and to keep it takes longer than to look.
      if (found && total > limit / 2) {
        kept.delete(key);
        kept.set(key, found);
      }
      return found?.value;
    },
  };
}
