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
    preferences: 'Изменить подписку',
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
    digests: (feed) => `${feed} (дайджесты)`,
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
    reason: 'Расскажете, почему? (необязательно)',
    back: 'Передумали? Подпишитесь ещё раз.',
    notFound: 'Страница не найдена',
    notFoundText: 'По этому адресу ничего нет. Возможно, ссылка обрезана или в ней опечатка.',
    unknownLink: 'Эта ссылка не работает',
    unknownLinkText:
      'Ссылка для отписки неполная или не наша. Откройте её ещё раз из самого письма или ответьте на него и попросите больше не писать.',
    unclear: 'Неясно, от чего отписаться',
    unclearText: 'Откройте ссылку для отписки из письма ещё раз и нажмите одну из кнопок.',
    tooMany: 'Слишком много попыток',
    tooManyText: 'Из вашей сети было много подписок подряд. Попробуйте ещё раз через час.',
    failed: 'Что-то пошло не так',
    failedText: 'Это наша ошибка, и мы о ней знаем. Попробуйте ещё раз через несколько минут.',
  },
  cadence: {
    none: 'Не получать',
    instant: 'Сразу, каждую статью',
    daily: 'Одно письмо в день',
    weekly: 'Одно письмо в неделю',
  },
  fields: {
    address: 'Адрес электронной почты',
    programs: 'Программы',
    cadence: 'Как часто',
    when: 'Когда и на каком языке присылать дайджесты',
    hour: 'Час',
    weekday: 'День недели для еженедельного письма',
    timezone: 'Часовой пояс',
    language: 'Язык',
    ownName: 'Русский',
    trap: 'Оставьте это поле пустым',
  },
  signUp: {
    title: 'Подписаться',
    intro: (newsroom) => `Публикации по электронной почте: ${newsroom}.`,
    consent: (newsroom) =>
      `Я хочу получать письма о выбранных здесь программах (отправитель: ${newsroom}). Отказаться можно в любой момент по ссылке в каждом письме.`,
    button: 'Подписаться',
    noAddress: 'Укажите адрес электронной почты, например name@example.org.',
    noProgram: 'Выберите хотя бы одну программу.',
    again: 'Проверьте, пожалуйста, и нажмите кнопку ещё раз.',
    checkMail: 'Проверьте почту',
    checkMailText:
      'Если на этот адрес можно отправить письмо, оно уже в пути. Откройте ссылку из него, чтобы подтвердить подписку. До этого мы ничего больше не пришлём.',
    checkMailAside:
      'Письма нет несколько минут? Загляните в папку со спамом. На один адрес мы пишем не чаще раза в день.',
  },
  confirm: {
    title: 'Подтвердите подписку',
    intro: (newsroom) => `Вы будете получать письма (${newsroom}) на тему:`,
    button: 'Да, присылайте мне эти письма',
    aside: 'Пока вы не нажмёте кнопку, мы ничего не пришлём.',
    done: 'Вы подписаны',
    doneText: (newsroom) => `Теперь вы получаете письма (${newsroom}) на тему:`,
    over: 'Эта ссылка больше не действует',
    overText: 'Она устарела или обрезана. Подпишитесь ещё раз: это займёт минуту.',
    again: 'Подписаться ещё раз',
  },
  archive: {
    title: 'Читать и следить',
    nothing: 'Здесь пока ничего нет.',
    digest: 'дайджест',
    feeds: ['Статьи (RSS)', 'Дайджесты (RSS)'],
    newer: 'Новее',
    older: 'Раньше',
    back: 'Все программы',
    signUp: 'Подписаться на письма',
    discord: 'Сообщество в Discord',
  },
  feedPage: {
    what: 'Это лента: программа для чтения лент на телефоне или компьютере следит за ней и показывает новое. Для этого не нужно ни регистрироваться, ни оставлять адрес почты.',
    subscribe: 'Чтобы подписаться, скопируйте этот адрес в программу для чтения лент:',
    also: 'То же в формате:',
    latest: 'Последнее',
  },
  preferences: {
    title: 'Ваша подписка',
    intro: (newsroom, address) => `Что приходит на ${address} (отправитель: ${newsroom}):`,
    consent:
      'Я хочу получать письма о выбранных здесь программах. Изменить это можно в любой момент, а отказаться по ссылке в каждом письме.',
    pause: 'Приостановить до',
    pauseAside:
      'До этого дня писем не будет, и пропущенное потом не придёт. Пустое поле: без перерыва.',
    save: 'Сохранить',
    saved: 'Сохранено.',
    leaveAll: 'Не присылать никаких писем',
    address: 'Изменить адрес',
    newAddress: 'Новый адрес электронной почты',
    addressAside: 'Мы напишем на старый и на новый адрес: подтвердить нужно с обоих.',
    addressButton: 'Запросить изменение',
    unknownText:
      'Возможно, она обрезана или вы отписались от всего. Чтобы получать письма, подпишитесь: это займёт минуту.',
  },
  change: {
    title: 'Подтвердите новый адрес',
    intro: (newsroom, address) => `Письма (${newsroom}) теперь должны приходить на ${address}.`,
    button: 'Да, изменить адрес',
    half: 'Половина сделана',
    halfText: 'Спасибо. Адрес изменится, когда его подтвердят и с другой стороны.',
    done: 'Адрес изменён',
    doneText: (newsroom, address) => `Теперь письма (${newsroom}) приходят на ${address}.`,
  },
  letter: {
    change: {
      subject: (newsroom) => `Подтвердите новый адрес: ${newsroom}`,
      old: (newsroom, address) =>
        `Кто-то, надеемся, что вы, попросил присылать ваши письма (${newsroom}) не сюда, а на ${address}.`,
      new: (newsroom) =>
        `Читатель, надеемся, что это вы, хочет получать письма (${newsroom}) на этот адрес.`,
      button: 'Подтвердить изменение',
      aside: (date) =>
        `Ссылка действует до ${date} Подтвердить нужно с обоих адресов. Если это были не вы, ничего не делайте: всё останется как есть.`,
    },
    confirm: {
      subject: (newsroom) => `Подтвердите подписку: ${newsroom}`,
      intro: (newsroom) =>
        `Кто-то, надеемся, что вы, попросил присылать на этот адрес письма (${newsroom}) на тему:`,
      button: 'Подтвердить подписку',
      aside: (date) =>
        `Ссылка действует до ${date} Если это были не вы, ничего не делайте: писем не будет.`,
    },
  },
};
