/** Composes the messages of editions: the first ones in full, and further readers' from a stencil. */

import type { RenderedMail } from '../../templates/email/mail.js';
import { composeMessage, type MessageOptions, messageIdOf } from './message.js';
import { createStencil, type Stencil, shapeOf, valuesOf } from './stencil.js';
import { type Mail, mailOf } from './wire.js';

interface Variant {
  readonly stencil: Stencil | undefined;
  /** Of the message that it was made of. */
  readonly values: readonly string[];
  /** Whether it has written a message to the octet as it is when composed in full. */
  readonly proved: boolean;
}

/** Returns what composes messages as `composeMessage` does, but most of them faster. */
export function createComposer(): (options: MessageOptions) => Promise<Mail> {
  // Each for as long as somebody sends the edition.
  const editions = new WeakMap<RenderedMail, Map<string, Variant>>();

  return async function compose(options) {
    const { rendered, delivery, returnPath, to } = options;
    const variants = editions.get(rendered) ?? new Map<string, Variant>();
    editions.set(rendered, variants);
    const messageId = messageIdOf(delivery, options.config.domain);
    const values = valuesOf(options, messageId);
    const shape = shapeOf(options, values);
    const variant = variants.get(shape);
    const filled = variant?.stencil?.(options, values);
    if (filled && variant?.proved) return { envelope: { from: returnPath, to }, ...filled };
    const message = await composeMessage(options);
    const mail = mailOf(message);
    if (!variant) {
      const stencil = createStencil(options, message.raw, values);
      variants.set(shape, { stencil, values, proved: false });
    } else if (filled && new Set([...variant.values, ...values]).size === 2 * values.length) {
      // A value that both have, or that stands for two, would prove nothing of where it goes.
      const same = Buffer.concat(filled.wire).equals(Buffer.concat(mail.wire));
      variants.set(shape, { stencil: same ? variant.stencil : undefined, values, proved: true });
    }
    return mail;
  };
}
