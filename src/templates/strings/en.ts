/** English: the first language, and the shape that every other language follows. */
export const en = {
  /** For dates and numbers, and the `lang` of what is written in it. */
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  /** The title of what was sent before in an earlier revision. */
  updated: (title: string) => `Updated: ${title}`,
  mail: {
    readMore: 'Read the whole article',
    by: (author: string) => `By ${author}`,
    imageCredit: (credit: string) => `Image: ${credit}`,
    /** Before the article's address in the text part. */
    readAt: 'Read the whole article:',
    /** `programs` is a list, as "A and B". */
    why: (programs: string) => `You receive this e-mail because you follow ${programs}.`,
    webView: 'View in a browser',
    unsubscribe: 'Unsubscribe',
    /** The subject of a digest: its first article, and how many others there are. */
    digestSubject: (title: string, others: number) =>
      others > 0 ? `${title}, and ${others} more` : title,
    /** Below a digest's date. */
    articles: (count: number) => (count === 1 ? 'One article' : `${count} articles`),
    /** Where a section does not show all; it is a link to the web view. */
    more: (count: number) =>
      count === 1
        ? 'And one more: read it in a browser'
        : `And ${count} more: read them in a browser`,
    correction: (date: string) => `This is an updated version of what we sent on ${date}.`,
  },
  discord: {
    /** In the heading of a digest. */
    articles: (count: number) => (count === 1 ? '1 article' : `${count} articles`),
    /** Where an embed does not show all; it is a link to the web view. */
    more: (count: number) => `and ${count} more: read all`,
    /** The title of the last embed where a digest has more programs than a message may have embeds. */
    otherPrograms: 'More programs',
  },
  outputFeed: {
    /** A feed of articles: of everything, or of a program that has no description. */
    articles: (newsroom: string) => `What ${newsroom} publishes.`,
    /** The title of a feed of digests. */
    digests: (feed: string) => `${feed}: digests`,
    aboutDigests: (feed: string) => `The digests of ${feed}.`,
    /** The title of a digest: its date, its first article, and how many others there are. */
    digest: (date: string, title: string, others: number) =>
      others > 0 ? `${date}: ${title}, and ${others} more` : `${date}: ${title}`,
    /** The title of the list of all output feeds. */
    list: (newsroom: string) => `The feeds of ${newsroom}`,
  },
  page: {
    unsubscribe: 'Unsubscribe',
    /** Above the list of programs. */
    reads: (newsroom: string) => `This link belongs to an e-mail from ${newsroom} about:`,
    alreadyLeft: (newsroom: string) => `You receive no e-mails from ${newsroom} any more about:`,
    nothingYet: 'Nothing changes until you press a button.',
    leave: (programs: string) => `Stop e-mails about ${programs}`,
    leaveAll: (newsroom: string) => `Stop all e-mails from ${newsroom}`,
    goodbye: 'You are unsubscribed',
    left: (programs: string) => `You will get no more e-mails about ${programs}.`,
    leftAll: (newsroom: string) => `You will get no more e-mails from ${newsroom}.`,
    stillReads: 'You still receive e-mails about:',
    notFound: 'Page not found',
    notFoundText: 'There is nothing at this address. It may have been cut off or mistyped.',
    unknownLink: 'This link does not work',
    unknownLinkText:
      'The unsubscribe link is not complete, or not ours. Open it again from the e-mail itself, or reply to that e-mail and ask us to stop.',
    unclear: 'That did not say what to stop',
    unclearText: 'Open the unsubscribe link of the e-mail again and press one of its buttons.',
    failed: 'Something went wrong',
    failedText: 'This is our fault, and it was noted. Please try again in a few minutes.',
  },
};

export type Strings = typeof en;
