/** The Society and Culture Program's articles. Every person, place and event in them is invented. */

import type { WrittenArticle } from './article.js';

export const villageLibraries: WrittenArticle = {
  slug: 'the-last-public-room',
  title: 'The last public room: what village libraries are really for',
  author: 'Gauhar Serikbol',
  programs: ['society'],
  language: 'en',
  summary:
    'Loans are falling and visits are rising. A survey of ninety libraries asks what people come for when not for books.',
  picture: {
    scene: 'fields',
    palette: 'noon',
    alt: 'Ploughed fields lead to three silos under a bright sky',
    credit: 'Tarpan picture desk',
  },
  body: `
The library in Kökbulaq has four thousand books, a stove, and the only door in the village that may be opened by anyone without a reason. On the day of our visit eleven people were inside. Two were reading. The others were filling in a form, repairing a radio, waiting for a bus, teaching a grandmother to make a video call and, in one corner, not quite doing homework.

By the statistics that the ministry collects, this is a library in decline. Loans have fallen by half in ten years. By its own guest book it has never been busier. We asked ninety village libraries to count visits rather than books for one month, and to write down in a few words what each visitor came for.

## Thirty reasons

There were more than thirty kinds of answer. Forms and official letters led the list, followed by warmth, company, the internet, quiet, and books. A fifth of the visits were to meet somebody. In villages where the tea house or the post office had closed within five years, visits were a third higher than elsewhere.

Librarians know this and hide it. Their funding is reckoned by loans, so a good many of them lend each regular visitor a book on the way out, to be returned unread. One showed us a shelf kept for the purpose. It held, she said, the most borrowed and least opened books in the province.

> If I reported what we do, I would have to close. So I report what we do not do.

## Counting what counts

The remedy is almost free. Replace loans by visits as the measure, and let the first quarter of the grant depend on opening hours alone. In the district that tried this two years ago, evening opening doubled within months, and the lending of unread books came to an end.

A room that is warm, open and owned by everyone is an old idea, and no less necessary for having lost its name. The ministry need not invent anything. It need only stop asking the wrong question, and perhaps pay for the firewood.
`,
};

export const returningTeachers: WrittenArticle = {
  slug: 'the-teachers-who-came-back',
  title: 'The teachers who came back',
  author: 'Gauhar Serikbol',
  programs: ['society'],
  language: 'en',
  summary:
    'Every third rural teacher leaves within two years. We spoke with those who left and then, against the trend, returned.',
  picture: {
    scene: 'turbines',
    palette: 'frost',
    alt: 'White wind turbines on blue hills under a pink sky',
    credit: 'Tarpan picture desk',
  },
  body: `
Everyone can explain why young teachers leave the village. The pay is low, the road is bad, the flat has no hot water. It is a complete explanation, and yet it fails in one respect: some of them come back, to the same pay and the same road. We spent a year looking for people who had done so, and found one hundred and twelve.

They are hard to find because nobody counts them. A teacher who returns is entered as a new appointment. In the records of the four districts we studied there are vacancies and hirings, but no such thing as a homecoming.

## Not the money

We expected to hear about bonuses, since three of the four districts pay one. Only nine people mentioned it. By far the commonest answer was a person: a head teacher who had telephoned, sometimes years later, and asked. The second was a task that had been theirs alone, a choir or a physics room, and that had stopped when they left.

The teachers who did not return, of whom we asked a comparison group, had mostly not been telephoned. Many said that they would have considered it. A good number were surprised at the idea that they could have been missed.

- Called by a former head: 61 of 112
- Had left something of their own unfinished: 54
- Family nearby: 38
- A bonus: 9

## A list and a telephone

What follows is unglamorous. A district should know who has left and for where, and somebody should ring them once a year. It should be possible to return without starting again at the lowest grade, which in two of the four districts it is not. And a choir should be noted in the records as carefully as a boiler.

Policies against departure treat people as a leak to be plugged. Those who came back describe something else: a place that kept a chair for them. It costs little to keep a chair. One only has to remember who sat on it.
`,
};

export const cyrillic: WrittenArticle = {
  slug: 'dvory-kotorye-govoryat',
  title: 'Дворы, которые говорят: как соседи возвращают себе общее пространство',
  author: 'Айсулу Бекмырза',
  programs: ['society'],
  language: 'ru',
  summary:
    'За три года жители сорока дворов договорились о скамейках, деревьях и тишине. Мы изучили, как им это удалось.',
  picture: {
    scene: 'city',
    palette: 'night',
    alt: 'Ночной город с освещёнными окнами под полной луной',
    credit: 'Иллюстрация редакции «Тарпан»',
  },
  body: `
Во дворе дома на улице Старых Караванов стоит длинный стол. Никто не помнит, кто его сколотил, но все знают, что по четвергам за ним решают дела двора: чья очередь поливать карагач, куда переставить машины и почему опять не горит фонарь. Стол появился три года назад, и, по словам жителей, именно с него всё началось.

Центр «Тарпан» изучил сорок таких дворов в трёх городах региона. В каждом из них жители без участия городских служб договорились об общих правилах и соблюдали их не меньше года. Мы хотели понять, что отличает эти дворы от соседних, где всё осталось по-прежнему.

## Сначала мелочи

Ни один из сорока дворов не начинал с большого проекта. Почти везде первым делом становилось что-то очень простое: скамейка, верёвка для белья, ведро песка на зиму. Первый успех обходился дешевле одного обеда, но после него люди начинали здороваться. Уже потом появлялись деревья, детские площадки и общие праздники.

Второе наблюдение касается спора. Во дворах, где правила принимали единогласно и быстро, они держались плохо. Там, где спорили несколько недель, договорённости оказались прочнее. Похоже, что сам спор и был работой: за это время соседи узнавали друг друга.

> Мы полгода ссорились из-за тополя. Теперь у нас есть тополь и восемнадцать знакомых семей.

## Что может город

Город может помочь прежде всего тем, что не помешает. Во многих местах разрешение на скамейку требует пяти подписей, тогда как её установка занимает один вечер. Мы предлагаем простое уведомление: если за две недели возражений нет, двор вправе действовать.

- Уведомление вместо разрешения для всего, что можно унести вдвоём
- Небольшой фонд, из которого двор получает деньги один раз и без отчёта
- Один сотрудник на район, который знает дворы по именам

Общее пространство редко создают проекты. Чаще его создаёт повод выйти из дома. Стол на улице Старых Караванов стоил меньше, чем табличка, которую город однажды повесил рядом с ним, и сделал для соседей несравненно больше.
`,
};

export const radioSongs: WrittenArticle = {
  slug: 'songs-without-a-signal',
  title: 'Songs without a signal: local radio after the towers went quiet',
  author: 'Gauhar Serikbol',
  programs: ['society'],
  language: 'en',
  summary:
    'When the medium-wave masts were switched off, four valleys kept their stations alive by passing memory cards by hand.',
  picture: {
    scene: 'grid',
    palette: 'noon',
    alt: 'Pylons cross a green plain under a pale sun',
    credit: 'Tarpan picture desk',
  },
  body: `
The last medium-wave mast in the upper valleys went silent on a Tuesday, at the end of the livestock prices. The engineers had been courteous and given a year's notice. What they had not considered was that the announcer, who had read those prices for twenty-six years, would simply go on reading them.

She records the programme on a memory card, and the card travels with the milk. By evening it has been copied in four villages; by the next noon in nineteen. The quality is poor and the news a day old. In a survey of six hundred households, more people follow it than ever listened to the mast.

## Why slow news is read twice

Part of the answer is that a card can be kept. Listeners play the songs again, and the death notices, and the serial that a schoolteacher has been writing since the winter. Another part is that the card comes with its carrier, who is asked about everything that it leaves out.

Dialect matters too. The mast spoke the language of the capital with a few local greetings. The cards are in the speech of the valleys, all of it, including jokes that lose their point thirty kilometres away. Of the four varieties used, two had never before been recorded outside a university.

> On the radio they talked to us. Here we talk, and the radio overhears.

## What to keep of it

An archive has now asked for the cards, of which some nine hundred survive. That is welcome and should be paid for. But the stations themselves need something else: a licence that fits. At present a card is neither a broadcast nor a publication, and the announcer cannot lawfully sell the two minutes of advertising that would pay for her batteries.

We recommend a short clause recognising programmes passed on by hand, with the same freedoms and duties as a parish newspaper. It would cost nothing. It would also put into law what the valleys have understood for some time: that a signal is only one of the ways in which people stay within hearing of each other.
`,
};
