/** The npm package names a JavaScript file as its types; this is the part of it used here. */
declare module 'discord-api-spec/zod' {
  import type { ZodType } from 'zod';

  export const MessageCreateRequestSchema: ZodType;
  export const MessageEditRequestPartialSchema: ZodType;
}
