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
    preferences: 'Change what you get',
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
    digests: (feed: string) => `${feed} (digests)`,
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
    /** A field that may stay empty. */
    reason: 'Would you tell us why? (optional)',
    back: 'Changed your mind? Sign up again.',
    notFound: 'Page not found',
    notFoundText: 'There is nothing at this address. It may have been cut off or mistyped.',
    unknownLink: 'This link does not work',
    unknownLinkText:
      'The unsubscribe link is not complete, or not ours. Open it again from the e-mail itself, or reply to that e-mail and ask us to stop.',
    unclear: 'That did not say what to stop',
    unclearText: 'Open the unsubscribe link of the e-mail again and press one of its buttons.',
    tooMany: 'Too many tries',
    tooManyText:
      'There were many sign-ups from your network just now. Please try again in an hour.',
    failed: 'Something went wrong',
    failedText: 'This is our fault, and it was noted. Please try again in a few minutes.',
  },
  cadence: {
    none: 'Not at all',
    instant: 'At once, each article',
    daily: 'One e-mail a day',
    weekly: 'One e-mail a week',
  },
  fields: {
    address: 'E-mail address',
    programs: 'Programs',
    cadence: 'How often',
    when: 'When digests come, and in which language',
    hour: 'Hour',
    weekday: 'Weekday of a weekly e-mail',
    timezone: 'Time zone',
    language: 'Language',
    /** The name of this language in itself. */
    ownName: 'English',
    trap: 'Leave this field empty',
  },
  signUp: {
    title: 'Sign up',
    intro: (newsroom: string) => `Get what ${newsroom} publishes by e-mail.`,
    /** What the reader agrees to. It is kept with their consent, word for word. */
    consent: (newsroom: string) =>
      `I want to get e-mails from ${newsroom} about the programs chosen here. I can stop at any time with a link in each of them.`,
    button: 'Sign up',
    noAddress: 'Write your e-mail address, such as name@example.org.',
    noProgram: 'Choose at least one program.',
    again: 'Please look it over, and press the button once more.',
    checkMail: 'Check your mail',
    checkMailText:
      'If this address can get our mail, a letter is on its way to it. Press the link in that letter to confirm. Nothing else is sent until you do.',
    checkMailAside:
      'Nothing there after a few minutes? Look in the folder for spam. We write to an address once a day at most.',
  },
  confirm: {
    title: 'Confirm your sign-up',
    intro: (newsroom: string) => `You get e-mails from ${newsroom} about:`,
    button: 'Yes, send me these e-mails',
    aside: 'Nothing is sent to you unless you press the button.',
    done: 'You are signed up',
    doneText: (newsroom: string) => `${newsroom} now sends you e-mails about:`,
    over: 'This link is no longer good',
    overText: 'It is too old, or it was cut off. Please sign up again: it takes a minute.',
    again: 'Sign up again',
  },
  archive: {
    title: 'Read and follow',
    nothing: 'There is nothing here yet.',
    digest: 'digest',
    /** The names of a program's two output feeds. */
    feeds: ['Articles (RSS)', 'Digests (RSS)'],
    newer: 'Newer',
    older: 'Older',
    back: 'All programs',
    signUp: 'Sign up for e-mails',
    discord: 'Join on Discord',
  },
  /** What people see who open an output feed in a browser. */
  feedPage: {
    what: 'This is a feed: an app on your phone or computer, a feed reader, follows it for you and shows what is new. You need no account for it, and give nobody your e-mail address.',
    subscribe: 'To subscribe, copy this address into your feed reader:',
    also: 'The same as:',
    latest: 'Latest',
  },
  preferences: {
    title: 'What you get',
    /** `address` is shortened. */
    intro: (newsroom: string, address: string) => `What ${newsroom} sends to ${address}:`,
    consent:
      'I want to get e-mails about the programs chosen here. I can change this at any time, and stop with a link in each of them.',
    pause: 'Pause until',
    pauseAside:
      'Nothing comes before that day, and what you miss is not sent later. Empty: no pause.',
    save: 'Save',
    saved: 'Saved.',
    leaveAll: 'Stop all e-mails',
    address: 'Change the address',
    newAddress: 'New e-mail address',
    addressAside: 'We write to the old address and to the new one, and both have to confirm.',
    addressButton: 'Ask for the change',
    unknownText:
      'It may be cut off, or you left everything. To get e-mails, please sign up: it takes a minute.',
  },
  change: {
    title: 'Confirm the new address',
    intro: (newsroom: string, address: string) =>
      `The e-mails from ${newsroom} are to go to ${address} from now on.`,
    button: 'Yes, change the address',
    half: 'Half done',
    halfText: 'Thank you. The address changes once the other end has confirmed it too.',
    done: 'The address is changed',
    doneText: (newsroom: string, address: string) => `${newsroom} now writes to ${address}.`,
  },
  letter: {
    change: {
      subject: (newsroom: string) => `Please confirm: a new address for e-mails from ${newsroom}`,
      /** To the address that the e-mails went to so far; the new one is shortened. */
      old: (newsroom: string, address: string) =>
        `Somebody, hopefully you, asked ${newsroom} to send your e-mails to ${address} instead of here.`,
      new: (newsroom: string) =>
        `A reader of ${newsroom}, hopefully you, wants to get their e-mails at this address.`,
      button: 'Confirm the change',
      aside: (date: string) =>
        `The link is good until ${date}, and both addresses have to confirm. If it was not you, do nothing: everything stays as it is.`,
    },
    confirm: {
      subject: (newsroom: string) => `Please confirm: e-mails from ${newsroom}`,
      intro: (newsroom: string) =>
        `Somebody, hopefully you, asked ${newsroom} to send e-mails to this address about:`,
      button: 'Confirm the sign-up',
      aside: (date: string) =>
        `The link is good until ${date}. If it was not you, do nothing: you get no e-mails then.`,
    },
  },
};

export type Strings = typeof en;
