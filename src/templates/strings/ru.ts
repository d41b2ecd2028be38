import type { Strings } from './en.js';

const plurals = new Intl.PluralRules('ru');

/** The form of a noun that goes with a number: 1 статья, 2 статьи, 5 статей. */
function counted(count: number, one: string, few: string, many: string): string {
  const form = plurals.select(count);
  return `${count} ${form === 'one' ? one : form === 'few' ? few : many}`;
}

const articles = (count: number) => counted(count, 'статья', 'статьи', 'статей');

// Names of programs and newsrooms stand after a colon, where Russian does not inflect them.
export const ru: Strings = {
  language: 'ru',
  direction: 'ltr',
  updated: (title) => `Обновлено: ${title}`,
  mail: {
    readMore: 'Читать статью полностью',
    by: (author) => `Автор: ${author}`,
    imageCredit: (credit) => `Источник изображения: ${credit}`,
    readAt: 'Читать статью полностью:',
    why: (programs) => `Вы получаете это письмо, потому что подписаны на рассылку: ${programs}.`,
    webView: 'Открыть в браузере',
    unsubscribe: 'Отписаться',
    digestSubject: (title, others) => (others > 0 ? `${title} и ещё ${articles(others)}` : title),
    articles,
    more: (count) => `И ещё ${articles(count)}: читать в браузере`,
    // A Russian date ends in the full stop of "г.".
    correction: (date) => `Это обновлённая версия: предыдущую мы отправили ${date}`,
  },
  discord: {
    articles,
    more: (count) => `и ещё ${count}: читать все`,
    otherPrograms: 'Другие программы',
  },
  outputFeed: {
    articles: (newsroom) => `Публикации: ${newsroom}.`,
    digests: (feed) => `${feed}: дайджесты`,
    aboutDigests: (feed) => `Дайджесты: ${feed}.`,
    digest: (date, title, others) =>
      others > 0 ? `${date}: ${title} и ещё ${articles(others)}` : `${date}: ${title}`,
    list: (newsroom) => `Ленты: ${newsroom}`,
  },
  page: {
    unsubscribe: 'Отписаться',
    reads: (newsroom) => `Эта ссылка из письма (${newsroom}) на тему:`,
    alreadyLeft: (newsroom) => `Вы больше не получаете писем (${newsroom}) на тему:`,
    nothingYet: 'Ничего не изменится, пока вы не нажмёте кнопку.',
    leave: (programs) => `Не присылать писем на тему: ${programs}`,
    leaveAll: (newsroom) => `Не присылать никаких писем: ${newsroom}`,
    goodbye: 'Вы отписались',
    left: (programs) => `Вы больше не будете получать писем на тему: ${programs}.`,
    leftAll: (newsroom) => `Вы больше не будете получать писем: ${newsroom}.`,
    stillReads: 'Вы по-прежнему получаете письма на тему:',
    notFound: 'Страница не найдена',
    notFoundText: 'По этому адресу ничего нет. Возможно, ссылка обрезана или в ней опечатка.',
    unknownLink: 'Эта ссылка не работает',
    unknownLinkText:
      'Ссылка для отписки неполная или не наша. Откройте её ещё раз из самого письма или ответьте на него и попросите больше не писать.',
    unclear: 'Неясно, от чего отписаться',
    unclearText: 'Откройте ссылку для отписки из письма ещё раз и нажмите одну из кнопок.',
    failed: 'Что-то пошло не так',
    failedText: 'Это наша ошибка, и мы о ней знаем. Попробуйте ещё раз через несколько минут.',
  },
};
