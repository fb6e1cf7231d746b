"""What no library has of the number words of some languages: their other forms, words for a share, words for a lot.

`KNOWN` are the languages whose number words are known well enough for a number to be missing where none of them says
it. Of the others that are found here what is found counts, and what is not found may still be there.
"""

KNOWN = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh"})

FORMS: dict[str, dict[str, str]] = {
    "ar": {
        "واحد": "واحدة احد احدى",
        "اثنان": "اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي",
        "ثلاثة": "ثلاث", "أربعة": "أربع", "خمسة": "خمس", "ستة": "ست", "سبعة": "سبع", "ثمانية": "ثمان ثماني ثمانى",
        "تسعة": "تسع", "عشر": "عشرة", "عشرون": "عشرين", "ثلاثون": "ثلاثين", "أربعون": "أربعين", "خمسون": "خمسين",
        "ستون": "ستين", "سبعون": "سبعين", "ثمانون": "ثمانين", "تسعون": "تسعين", "مائة": "مئة ميه",
        "مئتا": "مئتان مئتين مائتان مائتين مائتا مائتي مئتي", "ثلاثمائة": "ثلاثمئة", "أربعمائة": "أربعمئة",
        "خمسمائة": "خمسمئة", "ستمائة": "ستمئة", "سبعمائة": "سبعمئة", "ثمانمائة": "ثمانمئة ثمانيمائة ثمانيمئة",
        "تسعمائة": "تسعمئة", "اثنان ألف": "ألفان ألفين ألفي", "اثنان مليون": "مليونان مليونين",
        "اثنان مليار": "ملياران مليارين",
    },
    "de": {"eins": "ein eine einen einem einer eines", "zwei": "zwo zweier", "drei": "dreier"},
    "es": {
        "uno": "un una", "veintiuno": "veintiún veintiuna", "ciento": "cien", "doscientos": "doscientas",
        "trescientos": "trescientas", "cuatrocientos": "cuatrocientas", "quinientos": "quinientas",
        "seiscientos": "seiscientas", "setecientos": "setecientas", "ochocientos": "ochocientas",
        "novecientos": "novecientas",
    },
    "fr": {"un": "une", "cent": "cents", "vingt": "vingts"},
    "it": {"uno": "un una", "ventuno": "ventun", "trentuno": "trentun", "quarantuno": "quarantun",
           "cinquantuno": "cinquantun", "sessantuno": "sessantun", "settantuno": "settantun", "ottantuno": "ottantun",
           "novantuno": "novantun"},
    "nl": {"een": "één eén"},
    "pl": {
        "jeden": "jedna jedno jednego jednej jednemu jednym jedną",
        "dwa": "dwie dwóch dwom dwu dwoma dwiema dwaj dwoje dwojga",
        "trzy": "trzech trzem trzema trzej troje trojga",
        "cztery": "czterech czterem czterema czterej czworo czworga cztero",
        "pięć": "pięciu pięcioma pięcioro pięcio", "sześć": "sześciu sześcioma sześcioro sześcio",
        "siedem": "siedmiu siedmioma siedmioro siedmio", "osiem": "ośmiu ośmioma ośmioro ośmio",
        "dziewięć": "dziewięciu dziewięcioma dziewięcio", "dziesięć": "dziesięciu dziesięcioma dziesięcio",
        "jedenaście": "jedenastu jedenasto", "dwanaście": "dwunastu dwunasto", "trzynaście": "trzynastu trzynasto",
        "czternaście": "czternastu czternasto", "piętnaście": "piętnastu piętnasto",
        "szesnaście": "szesnastu szesnasto", "siedemnaście": "siedemnastu siedemnasto",
        "osiemnaście": "osiemnastu osiemnasto", "dziewiętnaście": "dziewiętnastu dziewiętnasto",
        "dwadzieścia": "dwudziestu dwudziestoma dwudziesto", "trzydzieści": "trzydziestu trzydziesto",
        "czterdzieści": "czterdziestu czterdziesto", "pięćdziesiąt": "pięćdziesięciu pięćdziesięcio",
        "sześćdziesiąt": "sześćdziesięciu", "siedemdziesiąt": "siedemdziesięciu", "osiemdziesiąt": "osiemdziesięciu",
        "dziewięćdziesiąt": "dziewięćdziesięciu", "sto": "stu", "dwieście": "dwustu", "trzysta": "trzystu",
        "czterysta": "czterystu", "pięćset": "pięciuset", "sześćset": "sześciuset", "siedemset": "siedmiuset",
        "osiemset": "ośmiuset", "dziewięćset": "dziewięciuset",
    },
    "pt": {
        "um": "uma", "dois": "duas", "cento": "cem", "duzentos": "duzentas", "trezentos": "trezentas",
        "quatrocentos": "quatrocentas", "quinhentos": "quinhentas", "seiscentos": "seiscentas",
        "setecentos": "setecentas", "oitocentos": "oitocentas", "novecentos": "novecentas",
    },
    "ru": {"два": "двое двоих", "три": "трое троих", "четыре": "четверо четверых", "пять": "пятеро пятерых"},
}  # fmt: skip
"""By language and by the form that its table has: the forms in other cases, genders and connections. Of Russian the
library has all others."""

AMOUNTS: dict[str, dict[str, str]] = {
    "ar": {"10": "عقد", "100": "قرن", "2000": "ألفا"},
    "de": {"1.5": "anderthalb", "2": "beide beiden beider beides paar doppelt doppelte doppelten", "10": "jahrzehnt",
           "12": "dutzend dutzende", "100": "hundert hunderte hunderten jahrhundert", "1000": "tausende tausenden"},
    "es": {"2": "ambos ambas par doble", "10": "decena decenas década", "12": "docena docenas", "15": "quincena",
           "20": "veintena", "30": "treintena", "100": "centena centenar centenares siglo",
           "1000": "millar millares miles"},
    "fr": {"2": "paire double", "10": "dizaine dizaines décennie", "12": "douzaine douzaines", "15": "quinzaine",
           "20": "vingtaine", "30": "trentaine", "40": "quarantaine", "50": "cinquantaine", "60": "soixantaine",
           "100": "centaine centaines siècle", "1000": "millier milliers"},
    "it": {"2": "entrambi entrambe ambedue paio coppia doppio", "10": "decina decine decennio", "12": "dozzina dozzine",
           "15": "quindicina", "20": "ventina", "30": "trentina", "40": "quarantina", "50": "cinquantina",
           "100": "centinaio centinaia secolo", "1000": "migliaio migliaia"},
    "nl": {"1.5": "anderhalf anderhalve", "2": "beide paar dubbel", "10": "tiental tientallen decennium",
           "12": "dozijn", "20": "twintigtal", "30": "dertigtal", "100": "honderdtal honderden eeuw",
           "1000": "duizendtal duizenden"},
    "pl": {"1.5": "półtora półtorej", "2": "oba obie obu para parę podwójny", "10": "dekada", "12": "tuzin",
           "100": "setka setki setek wiek", "1000": "tysiące tysięcy"},
    "pt": {"2": "ambos ambas par dobro", "10": "dezena dezenas década", "12": "dúzia dúzias", "15": "quinzena",
           "20": "vintena", "100": "centena centenas século", "1000": "milhar milhares"},
    "ru": {"1.5": "полтора полторы полутора", "2": "оба обе обоих пара пару двойной",
           "10": "десяток десятки десятков десятилетие", "12": "дюжина дюжину",
           "100": "сотня сотни сотен столетие век", "1000": "тысяча тысячи тысяч"},
}  # fmt: skip
"""Words for a lot, by language and number: they stand alone or are counted themselves, as in "two dozen"."""

SHARES: dict[str, dict[int, str]] = {
    "ar": {2: "نصف النصف", 3: "ثلث الثلث ثلثا ثلثي الثلثين", 4: "ربع الربع أرباع", 5: "خمس أخماس", 10: "عشر أعشار"},
    "de": {2: "halb halbe halben halber halbes hälfte", 3: "drittel", 4: "viertel", 5: "fünftel", 6: "sechstel",
           8: "achtel", 10: "zehntel"},
    "es": {2: "mitad medio media", 3: "tercio tercios tercera terceras", 4: "cuarto cuartos cuarta cuartas",
           5: "quinto quintos quinta quintas", 10: "décimo décima décimas"},
    "fr": {2: "moitié demi demie", 3: "tiers", 4: "quart quarts", 5: "cinquième cinquièmes", 10: "dixième dixièmes"},
    "it": {2: "metà mezzo mezza mezzi", 3: "terzo terzi", 4: "quarto quarti", 5: "quinto quinti", 10: "decimo decimi"},
    "nl": {2: "half halve helft", 3: "derde", 4: "kwart", 5: "vijfde", 10: "tiende"},
    "pl": {2: "pół połowa połowę połowy połowie połową", 3: "trzecia trzecią trzeciej trzecie trzecich",
           4: "ćwierć czwarta czwartą czwartej czwarte czwartych", 5: "piąta piątą piątej piąte piątych",
           10: "dziesiąta dziesiątą dziesiątej"},
    "pt": {2: "metade meio meia", 3: "terço terços", 4: "quarto quartos", 5: "quinto quintos", 10: "décimo décimos"},
    "ru": {2: "половина половину половины половиной половине", 3: "треть трети третей третьих",
           4: "четверть четверти четвертей", 5: "пятая пятую пятой пятых", 10: "десятая десятую десятых"},
    "ja": {2: "半分 半数 過半"}, "zh": {2: "一半 半数 半數"},
}  # fmt: skip
"""Words for the part of a whole, by language and by how many such parts make one."""

HELD_IN: dict[str, str] = {
    "de": "jähr köpf stünd täg wöch monat minüt stell fach mal teil seit stöck geschoss prozent spur klass meter",
    "nl": "jarig daags koppig voudig maal delig weeks maands uurs procent",
    "pl": "letni leci dniow godzin krotn osobow procent miesięcz piętr",
    "ru": "летн лети дневн месячн часов кратн процентн этажн тысячн миллион местн",
}
"""Beginnings of what a number word joins to one word with: zehnjährig, двухэтажный."""

JOINED_HALF = {"de": "einhalb", "nl": "en(?:een)?hal(?:f|ve)"}
"""What makes two and a half one word with two."""
