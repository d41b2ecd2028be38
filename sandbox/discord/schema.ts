/**
 * Judges what a client asks Discord to post: first by rules of our own, which are stricter than
 * Discord's where it would hide a mistake, then by Discord's published schema.
 */

import { MessageCreateRequestSchema, MessageEditRequestPartialSchema } from 'discord-api-spec/zod';
import { type ZodType, z } from 'zod';

/** How Discord counts: code points, without white space at the ends. */
const points = (text: string) => [...text.trim()].length;

const text = (limit: number) =>
  z
    .string()
    .refine((value) => points(value) > 0, 'This field is required')
    .refine((value) => points(value) <= limit, `Must be ${limit} or fewer in length.`);

const webUrl = z
  .string()
  .max(2048)
  .refine((url) => URL.canParse(url), 'Not a well formed URL.')
  .refine((url) => /^https?:\/\//i.test(url), 'Scheme must be one of (http, https).');

const snowflake = z.string().regex(/^\d{17,20}$/, 'Value is not snowflake.');

const embed = z
  .strictObject({
    title: text(256).optional(),
    url: webUrl.optional(),
    description: text(4096).optional(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    color: z.int().min(0).max(0xffffff).optional(),
    author: z
      .strictObject({ name: text(256), url: webUrl.optional(), icon_url: webUrl.optional() })
      .optional(),
    image: z.strictObject({ url: webUrl }).optional(),
    thumbnail: z.strictObject({ url: webUrl }).optional(),
    footer: z.strictObject({ text: text(2048), icon_url: webUrl.optional() }).optional(),
    fields: z
      .array(z.strictObject({ name: text(256), value: text(1024), inline: z.boolean().optional() }))
      .max(25)
      .optional(),
  })
  .refine(
    ({ title, description, author, image, thumbnail, footer, fields }) =>
      title ?? description ?? author ?? image ?? thumbnail ?? footer ?? fields?.length,
    'An embed must show something',
  );

export type SandboxEmbed = z.infer<typeof embed>;

const embeds = z
  .array(embed)
  .max(10, 'Must be 10 or fewer in length.')
  .refine(
    (all) =>
      all.reduce((sum, one) => sum + textOf(one).reduce((n, t) => n + points(t), 0), 0) <= 6000,
    'Embed size exceeds maximum size of 6000',
  )
  .refine((all) => {
    const urls = all.flatMap(({ url }) => (url === undefined ? [] : [url]));
    return new Set(urls).size === urls.length;
  }, "Discord's apps show embeds of one url as a single one, without the text of the others");

/** What counts towards the 6000. */
function textOf({ title, description, author, footer, fields }: SandboxEmbed): string[] {
  const more = (fields ?? []).flatMap(({ name, value }) => [name, value]);
  return [title, description, author?.name, footer?.text, ...more].filter((t) => t !== undefined);
}

/** Discord lets it be missing and then pings everybody; here it must be there, in each request. */
const allowedMentions = z
  .strictObject({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])),
    roles: z.array(snowflake).max(100).optional(),
    users: z.array(snowflake).max(100).optional(),
    replied_user: z.boolean().optional(),
  })
  .refine(
    ({ parse, roles, users }) =>
      !(parse.includes('roles') && roles?.length) && !(parse.includes('users') && users?.length),
    'parse and the list of the same kind are mutually exclusive',
  );

export type AllowedMentions = z.infer<typeof allowedMentions>;

const content = z
  .string()
  .refine((value) => points(value) <= 2000, 'Must be 2000 or fewer in length.');

const create = z.strictObject({
  content: content.optional(),
  embeds: embeds.optional(),
  allowed_mentions: allowedMentions,
  nonce: z.string().min(1).max(25, 'Must be 25 or fewer in length.'),
  enforce_nonce: z.literal(true),
});

const edit = create.pick({ content: true, embeds: true, allowed_mentions: true });

export type CreateMessage = z.infer<typeof create>;
export type EditMessage = z.infer<typeof edit>;

/** An error body as Discord words it (https://discord.com/developers/docs/reference#error-messages). */
export interface DiscordError {
  readonly code: number;
  readonly message: string;
  readonly errors?: object;
}

export interface Refused {
  readonly ok: false;
  readonly error: DiscordError;
  /** What is wrong, one sentence for each place. */
  readonly problems: readonly string[];
}

export type Judged<T> = { readonly ok: true; readonly message: T } | Refused;

export function judgeCreate(body: unknown): Judged<CreateMessage> {
  const judged = judge(body, create, MessageCreateRequestSchema);
  return judged.ok && isEmpty(judged.message) ? emptyMessage : judged;
}

export function judgeEdit(body: unknown): Judged<EditMessage> {
  return judge(body, edit, MessageEditRequestPartialSchema);
}

export const emptyMessage: Refused = {
  ok: false,
  error: { code: 50006, message: 'Cannot send an empty message' },
  problems: ['Cannot send an empty message'],
};

/** Whether a message would show nothing. */
export function isEmpty(message: {
  readonly content?: string | undefined;
  readonly embeds?: readonly SandboxEmbed[] | undefined;
}): boolean {
  return points(message.content ?? '') === 0 && !message.embeds?.length;
}

function judge<T>(body: unknown, own: ZodType<T>, spec: ZodType): Judged<T> {
  const result = own.safeParse(body);
  if (!result.success) return refused(result.error.issues);
  const published = spec.safeParse(inOneUnitEach(body));
  return published.success ? { ok: true, message: result.data } : refused(published.error.issues);
}

/**
 * The published schema counts UTF-16 units, and so would refuse 129 emoji that Discord accepts: it
 * gets one unit for each code point.
 */
function inOneUnitEach(value: unknown): unknown {
  if (typeof value === 'string') return value.trim().replace(/[\u{10000}-\u{10ffff}]/gu, '\u25a1');
  if (Array.isArray(value)) return value.map(inOneUnitEach);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inOneUnitEach(one)]));
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string | undefined;
  readonly message: string;
}

interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

function refused(issues: readonly Issue[]): Refused {
  const errors: ErrorTree = {};
  for (const { path, code = 'invalid', message } of issues) {
    let place = errors;
    for (const key of path) {
      place[String(key)] ??= {};
      place = place[String(key)] as ErrorTree;
    }
    const list = (place._errors ?? []) as { code: string; message: string }[];
    place._errors = [...list, { code: code.toUpperCase(), message }];
  }
  const problems = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { ok: false, error: { code: 50035, message: 'Invalid Form Body', errors }, problems };
}
