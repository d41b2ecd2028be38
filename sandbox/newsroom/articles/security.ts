/** The Security and Politics Program's articles. Every person, place and event in them is invented. */

import type { WrittenArticle } from './article.js';

export const borderQueues: WrittenArticle = {
  slug: 'what-a-border-queue-knows',
  title: 'What a border queue knows before the capital does',
  author: 'Marat Ilgenov',
  programs: ['security'],
  language: 'en',
  summary:
    'Two years of counting lorries at five crossings show that waiting times change weeks before relations do.',
  picture: {
    scene: 'rail',
    palette: 'dawn',
    alt: 'A railway line runs towards hills at sunrise, with telegraph poles beside it',
    credit: 'Tarpan picture desk',
  },
  body: `
At the Qoshtau crossing the day begins with a count. A retired driver named by nobody in any report walks along the line of lorries with a school notebook and writes down the last three digits of every plate. He has done so each morning for two years, and his notebook has turned out to be one of the better political instruments in the region.

The Tarpan Policy Centre asked five such observers at five crossings to keep the same record. None of them was asked for an opinion. They wrote how many vehicles waited, how long the first one had been there, and whether anything unusual was being turned back. The result is a series of some three thousand six hundred mornings.

## Slow before it is sour

Set beside the public record of meetings, statements and recalled envoys, the notebooks lead. In seven of the nine periods of tension we identified, average waiting time rose by more than half at least eighteen days before the first harsh word was spoken in public. The opposite is also true: queues shorten before a thaw is announced.

The reason is not mysterious. A border is run by several offices at once, and each of them reads the mood of its own ministry. Inspectors check more carefully when they expect to be asked why they did not. Nobody orders a slowdown. It arrives as a hundred small acts of prudence.

> A closed gate is a decision. A slow gate is a forecast.

## What can be done with it

We suggest three modest uses. Border towns should publish their own daily waiting time, so that traders stop relying on rumour. The joint commissions that already meet each quarter should open with the queue figures, before the agenda. And mediators should treat a sudden slowdown as a reason to telephone, while a telephone call is still enough.

- One number a crossing a day, collected the same way on both sides
- A public page, without comment, that keeps the whole series
- An agreed threshold at which the two district heads speak to each other

The cost of all this is a few notebooks and somebody who gets up early. It is difficult to think of a cheaper instrument, and harder still to think of one that has been right as often.
`,
};

export const smallParliaments: WrittenArticle = {
  slug: 'small-parliaments-large-committees',
  title: 'Small parliaments, large committees: where bills go to wait',
  author: 'Sholpan Derbisova',
  programs: ['security'],
  language: 'en',
  summary:
    'A bill in the five regional assemblies spends nine tenths of its life in committee. We followed forty of them.',
  picture: {
    scene: 'ornament',
    palette: 'frost',
    alt: 'A band of white felt ornament below pale violet mountains',
    credit: 'Drawn for Tarpan by the picture desk',
  },
  body: `
Visitors to a plenary session usually come away disappointed. The speeches are short, the votes are lopsided, and the galleries empty before lunch. The mistake is to look for politics in the hall. In the assemblies of the region it happens two floors below, in rooms without windows, where committees meet on weekday afternoons.

We followed forty bills from registration to signature or silence. On average a bill spent eleven days on the floor and one hundred and four in committee. Of the fourteen that never became law, not one was voted down. They were returned for further study, and study is a place from which few bills come back.

## Who sits there

Committee seats are handed out after an election in an afternoon, mostly by seniority. The consequence is that the oldest committees are the largest, and the largest are the slowest. The budget committee of one assembly has thirty-one members, four more than the quorum of the whole house.

Newer subjects, from data protection to urban heat, are sent to whichever committee has room. That is how a bill on electric scooters came to be examined by the committee for veterans, which did so thoroughly and, by every account, rather well.

## Three repairs

Nothing here needs a constitutional amendment. The first repair is a calendar: each bill gets a date by which its committee must report, and the date is printed on the bill. Where this was tried, in the smallest of the five assemblies, the median fell from ninety days to thirty-eight.

The second is a minute. Four of the five publish only decisions; the fifth publishes who spoke and for how long. Members there prepare more, because their voters can see whether they were in the room. The third is to let a committee divide itself when it outgrows a table.

Institutions are judged by their grand occasions, but they are made of their ordinary afternoons. It is there that a modest reform would be felt first, and it is there that we recommend it should begin.
`,
};

export const nightTrains: WrittenArticle = {
  slug: 'night-trains-and-soft-borders',
  title: 'Night trains and soft borders: what the Aqtam sleeper teaches about trust',
  author: 'Marat Ilgenov',
  programs: ['security'],
  language: 'en',
  summary:
    'Passengers on one sleeper are checked once, on board, by officers of both sides. Fourteen months on, the numbers are in.',
  picture: {
    scene: 'rail',
    palette: 'night',
    alt: 'Railway tracks under a full moon and a sky of stars',
    credit: 'Tarpan picture desk',
  },
  body: `
For thirty years the night train from Aqtam stopped twice in the dark: once so that one country could stamp passports, and once more, eleven kilometres on, so that the other could. Passengers set alarm clocks for two and for four. Children learned to sleep through the first knock and not the second.

Since the autumn before last there has been one check and it takes place while the train moves. Two officers, one from each side, walk through the carriages together. They carry one reader and share one list. The timetable is ninety minutes shorter, which is pleasant, but that is not why we studied it.

## A list held in common

The difficult part of the agreement was the list. Each side had always kept its own record of people to be stopped, and neither wished to show it. The solution, found by two clerks and not by the negotiators, was to share answers instead of names: the reader asks both registers and shows a single light.

In fourteen months the light was red sixty-two times. Forty of those were errors of transliteration, settled on the spot because the person who could explain the spelling was standing in the same corridor. Under the old arrangement each would have meant a night in a waiting room.

> Trust did not make the joint patrol possible. The joint patrol made trust possible.

## What did not happen

Opponents had warned that smuggling would move to the railway. Seizures on the line fell slightly, and customs officers on both sides attribute this to company: it is harder to look away beside a colleague from elsewhere. Complaints by passengers fell by four fifths.

There are limits. The patrol works because there is one train and the same sixteen officers, who by now know each other's families. A motorway with nine lanes will not be run this way. But there are at least seven other lines in the region on which it could be tried within a year.

We recommend beginning with the shortest. The clerks who found the solution have offered to explain it to anyone who asks; so far, they say, nobody has.
`,
};

export const floodDrills: WrittenArticle = {
  slug: 'why-flood-drills-are-diplomacy',
  title: 'Why flood drills are a form of diplomacy',
  author: 'Sholpan Derbisova',
  programs: ['security', 'society'],
  language: 'en',
  summary:
    'Twice a year, rescue teams from both banks of the Saryn practise for high water. The exercise has outlived three crises.',
  picture: {
    scene: 'river',
    palette: 'steel',
    alt: 'A grey river winds out of the hills under a pale sun',
    credit: 'Photo club of the Saryn rescue teams, redrawn by Tarpan',
  },
  body: `
In April the river belongs to nobody. The Saryn rises four metres in a week, takes the pontoon bridges with it and leaves its two banks to telephone each other. It was after one such spring that the rescue services on either side agreed to practise together, on a single sheet of paper that mentions neither flag nor frontier.

The sheet is now twelve years old. It has been in force through three recalled ambassadors, one trade embargo and a winter in which the two capitals exchanged no official word at all. The drills took place in all of those years. In two of them, no other joint event did.

## Why this one survived

We interviewed thirty-four people who took part. Their explanations differ, but three things return. The first is that the exercise has no ceremony: nobody is photographed, so nobody has to be seen to stay away. The second is that the date is set by the river gauge rather than by a ministry, and cannot be postponed as a signal.

The third is that it works. In the flood of the year before last, a boat from the far bank reached the lower village forty minutes before help from its own side could. Everybody in the village remembers it. That memory weighs more, locally, than any communiqué.

- No speeches, no guests, no cameras
- A date that nature sets
- A result that ordinary people can see

## A pattern to copy

There are other hazards that respect no border: steppe fires, locusts, failing dams, cattle disease. Each could carry an arrangement of the same kind. What should be copied is not the boats but the modesty of the paper.

Diplomats sometimes ask what such exercises achieve politically. The honest answer is that they achieve nothing on the day. They keep a door from rusting, so that when it is needed somebody remembers which way it opens.
`,
};
