/** The Economics and Energy Program's articles. Every person, place and event in them is invented. */

import type { WrittenArticle } from './article.js';

export const dryPort: WrittenArticle = {
  slug: 'second-life-of-a-dry-port',
  title: 'The second life of a dry port',
  author: 'Timur Askarbek',
  programs: ['economics'],
  language: 'en',
  summary:
    'Built for containers that never came, the terminal at Aqtam now earns its keep by repairing, sorting and cooling.',
  picture: {
    scene: 'dunes',
    palette: 'steppe',
    alt: 'Red dunes in front of green hills and a low sun',
    credit: 'Tarpan picture desk',
  },
  body: `
When the dry port of Aqtam opened, its brochure promised half a million containers a year. In its best year it handled sixty thousand. Economists have a drawer full of such places, and the usual advice is to write them off. The people who work in Aqtam took a different view, and the accounts of the last three years suggest that they were right.

The change began with a broken refrigeration unit. A driver carrying apricots asked whether anyone could mend it; a welder from the crane team could. Within a season there was a queue of drivers who had heard of the welder, and the terminal's managers noticed that the queue was worth more than the crane.

## From moving boxes to minding them

Today two thirds of the port's income comes from services that its planners did not list: repair, re-icing, sorting of mixed loads, certificates, a laundry. Transit fees, the original purpose, make up a fifth. Employment is higher than in the year of the opening, and the average job needs more skill.

The lesson is not that forecasts are useless. It is that a fixed asset beside a busy road has option value, provided that the people in charge are allowed to use it. Aqtam's concession is written so loosely that a laundry was possible. Its three sister terminals have stricter contracts, and stand empty.

> We were told to wait for the containers. We got tired of waiting.

## What to change

The concession agreements of the sister terminals come up for review within eighteen months. We recommend a single amendment: any lawful service to vehicles, goods or drivers may be offered without prior approval, and is reported once a year. Fire and customs rules would continue to apply.

Lenders should be asked to value such freedom. A terminal that may change its mind is a better risk than one that may not, as the repayment records now show. Large projects fail for many reasons, but they recover mostly for one: somebody nearby is permitted to try something small.
`,
};

export const windGrid: WrittenArticle = {
  slug: 'wind-on-the-saryn-line',
  title: 'Wind on the Saryn line: the turbines are cheap, the wires are not',
  author: 'Leyla Nurtas',
  programs: ['economics'],
  language: 'en',
  summary:
    'Connecting the pass would cost more than the wind farm itself. A rule on who pays first could settle it this year.',
  picture: {
    scene: 'turbines',
    palette: 'wheat',
    alt: 'Five white wind turbines on golden hills',
    credit: 'Tarpan picture desk, after a sketch by Leyla Nurtas',
  },
  body: `
The wind at the Jelqaqpa pass has a name in three languages and a reputation in all of them. It lifts roofs, and on some afternoons it lifts sheep. Measured over four years at eighty metres it is among the steadiest resources within a day's drive of a city. Nobody disputes that turbines should stand there. The dispute is about a hundred and forty kilometres of wire.

A turbine today costs a third of what it did when the pass was first surveyed. The line to carry its power has become no cheaper at all. By our estimate the connection would take fifty-four per cent of the whole budget, and the first developer to build would, under present rules, pay for all of it.

## Waiting for the other one

Five companies hold permits for the pass. Each has told us, in slightly different words, that it will build as soon as one of the others has built the line. This is entirely rational and has lasted for six years. In that time the region has burned coal worth roughly twice the line.

Elsewhere the knot has been cut in a simple way. The grid operator builds the line with borrowed money, and every generator that connects repays a share in proportion to its capacity. Those who come late pay the same as those who come early. The operator carries the risk that nobody comes, which at a pass with five permits is small.

## Figures for this pass

With a twelve-year loan and three of five permits used, the charge comes to about a ninth of the price of the power. With all five it is a fifteenth. Even in our worst case, with a single farm of modest size, the line is repaid within its working life, though without any profit to speak of.

- A connection charge by capacity, equal for the first and the last
- A loan guaranteed for the first forty megawatts only
- A deadline after which unused permits lapse

The last point matters more than it seems. A permit that never lapses is a reason to wait, and waiting is what the pass has had enough of. The wind, as people there will tell you, has never yet waited for anybody.
`,
};

export const waterAccounts: WrittenArticle = {
  slug: 'water-accounts-for-the-saryn',
  title: 'Water accounts for the Saryn: a treaty that can be checked',
  author: 'Leyla Nurtas',
  programs: ['economics', 'security'],
  language: 'en',
  summary:
    'Shares of a river are easy to sign and hard to see. A common ledger of forty gauges would make a breach visible by noon.',
  picture: {
    scene: 'river',
    palette: 'dusk',
    alt: 'A river glows red between dark banks at sunset',
    credit: 'Tarpan picture desk',
  },
  body: `
Every agreement about the Saryn says who may take how much. None says how anyone would know. For half a century the answer has been a meeting each March, at which four delegations present four sets of figures, agree that they cannot all be right, and adopt the average. The river has not been consulted.

We propose something duller than a new treaty: a set of books. Forty gauges, most of which already exist, would write their level every hour to a ledger that all four states can read and none can alter. The March meeting would then be about what to do, rather than about what had happened.

## What forty gauges can see

Using records from the eleven automatic stations that were running last year, we rebuilt the flow of the middle reach hour by hour. The balance closes to within six per cent. With forty stations it would close to within two, which is less than the smallest share in dispute.

At that precision an unannounced withdrawal of any size would be visible at the next gauge within hours. This cuts both ways. Upstream states would be able to show that a dry year is dry, instead of being suspected of closing a gate. In three of the last five disputes, our reconstruction suggests, the gate was open.

> Most quarrels about water are quarrels about numbers that somebody was embarrassed to share.

## Money and sequence

The missing stations cost about as much as two kilometres of motorway. They could be paid for from the joint fund that now finances the March meeting and its predecessors, and built in two dry seasons. Maintenance should be done by mixed crews, for the same reason that joint patrols work on trains.

We would begin without any obligation. For one year the ledger is merely published. In the second it is read aloud at the meeting. Only in the third should anyone propose that it be binding, by which time, we expect, it will be so ordinary that the proposal causes little excitement.

Economists like to say that what is not priced is wasted. On the Saryn the order is different. What is not measured is mistrusted, and mistrust has proved the more expensive of the two.
`,
};

export const bazaarBatteries: WrittenArticle = {
  slug: 'batteries-in-the-bazaar',
  title: 'Batteries in the bazaar: how small traders built a power market by accident',
  author: 'Timur Askarbek',
  programs: ['economics'],
  language: 'en',
  summary:
    'Stallholders bought storage to survive blackouts. Now they sell the evening peak to one another, stall by stall.',
  picture: {
    scene: 'city',
    palette: 'dusk',
    alt: 'Lit windows of a town below a red evening sky',
    credit: 'Tarpan picture desk',
  },
  body: `
At half past five the lights of the Tumar bazaar do something that those of the city around it cannot: they stay on. Two winters of blackouts taught its eleven hundred stallholders to buy batteries, first for the card terminal, then for the freezer, then because the neighbour had one. Together they now hold more storage than the district substation.

What nobody planned was the market. It started with a cable between a butcher, whose freezer needs power all night, and a tailor, whose battery stood idle after six. They settled in sewing. By the following spring there were forty cables and a price, written in chalk beside the tea house and changed twice a day.

## The chalk price

We copied the chalk price for seven months. It follows the wholesale price of the national exchange closely, with a delay of about an hour, although not one of the traders we asked had heard of the exchange. On blackout days it rises to four times its usual level and the batteries empty in order of need: pharmacies last of all, by common consent.

The gains are considerable. Spoiled stock has fallen by two thirds. The bazaar as a whole draws less at the evening peak than it did before anyone owned a freezer of their own, which spares the substation an upgrade that the city had already budgeted for.

## Legal, more or less

Selling electricity without a licence is forbidden, and the smallest licence is designed for power stations. The city has so far chosen not to look. That is kind, but it is no basis for investment, and the insurers have begun to ask about the cables.

A short rule would do: trade below ten kilowatts within one property is a private matter, provided that the wiring is inspected once a year. Two cities in the region have drafted such a rule and neither has passed it. The bazaar offers them four winters of evidence.

Markets are often described as if they had to be designed. Sometimes they only need to be noticed in time, and wired by somebody who knows how.
`,
};
