/** The texts that all sites of the fixtures publish, so that each fixture shows only what is around them. */

export const ENGLISH = [
  'The two ministries agreed in March to share the readings of every gauge on the upper river, and by June three of the eleven stations had sent nothing at all.',
  'Officials on both banks say that the instruments are to blame. Those who read them say that nobody has paid for fuel since the winter, and that a station an hour from the road is visited when there is a lift.',
  'None of this is hidden. The tables are public, the gaps in them are printed as dashes, and the dashes have grown longer every year since the common fund was closed.',
  'A fund of the size of one bridge would keep the stations open for a decade. It would not settle who owns the water, but it would end the quarrel about how much of it there is.',
];

export const RUSSIAN = [
  'В марте два министерства договорились обмениваться показаниями всех постов в верховьях реки, а к июню три станции из одиннадцати не прислали ничего.',
  'Чиновники на обоих берегах винят приборы. Те, кто их обслуживает, говорят, что с зимы никто не платит за топливо, и на пост в часе езды от дороги попадают только с попуткой.',
  'Никто этого не скрывает. Таблицы открыты, пропуски в них отмечены прочерками, и с тех пор как закрыли общий фонд, прочерков с каждым годом всё больше.',
  'Фонда ценой в один мост хватило бы станциям на десять лет. Спор о том, чья это вода, он не решит, но покончит со спором о том, сколько её осталось.',
];

export const paragraphs = (texts: readonly string[], attributes = ''): string =>
  texts.map((text) => `<p${attributes}>${text}</p>`).join('\n');
