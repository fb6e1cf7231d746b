"""What a point after a word means, language by language: abbreviations, words that begin sentences, ordinals.

Four kinds of word, each without its last point, small unless it is an abbreviation with a capital alone ("Sun."):
`never`   an abbreviation that is nothing without what follows it ("Dr.", "z. B.", "vgl.")
`may`     one that can stand last ("usw.", "Inc."): it ends a sentence where a word that begins sentences follows
`number`  one that stands before a number and is a common word or a name elsewhere ("No. 5", "Art. 3", "Abs. 2")
`starts`  words that begin sentences and are no names: articles, pronouns, prepositions, conjunctions, adverbs
The month names are those of the Unicode CLDR, by babel.
"""

from functools import cache
from typing import NamedTuple

_ORDINAL = frozenset(
    {"cs", "da", "de", "et", "eu", "fi", "fo", "hr", "hu", "is", "lb", "lt", "lv", "nb", "pl", "sk", "sl", "sr", "tr"}
)
"""Languages that write an ordinal as a number and a point."""

_NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})

_OWN_STOP = frozenset({"am", "as", "bn", "hi", "hy", "mr", "ne", "or", "pa", "sa", "ti"})

_OF_ALL = (
    "dr prof nr mr mrs ms mme mlle st ste vs cf ca approx e.g i.e eg ie viz resp dipl ing Mag Hon Gen Col Lt Sgt "
    "Capt Maj Cpl Rev z.b d.h vgl bzw tel",
    "etc al jr sr inc ltd corp co bros plc llc u.s u.k u.n a.m p.m a.d b.c ph.d e.u ff ibid m.d d.c",
    "no nos vol vols p pp fig figs art abb tab ch chap sec eq ref refs par para § max min abs ziff kap bd",
)

_NEVER = {
    "en": "messrs Mt Ft Gov Sen Rep Reps Pres supt Det insp Adm cmdr Brig Pte pvt msgr Rt assn dept univ est bldg c.f "
    "a.k.a incl excl esp",
    "de": "abl bgbl rgbl gvbl gvobl bundesgesetzbl reichsgesetzbl hr hrn fr frl z d h.c i.d.r i.e i.d i.v.m i.s "
    "u.a.m abg allg amtl ausschl bes bsp betr bspw bez bezgl "
    "bzgl ders diesbzgl dt ebd einschl engl entspr ev evtl exkl franz gegr geb gem gest gez ggf ggfs griech hg "
    "hrsg ing inkl insb insbes insg ital jur kath kfm lat lfd lt mind näml österr phil pol präs rd röm russ sel "
    "sog sogen spez ständ stellv svw techn u urspr ursprgl v verf versch vorl vorm wiss z.zt zit zus zw zzgl "
    "zzt i.d.f i.h.v m.e u.u v.a z.t o.g o.ä s.o s.u m.a.w d.i a.d i.b o.a b.z.w hl bgm lic habil rer nat oec "
    "pharm st gebr jap ukr türk tschech",
    "fr": "M mm mlle mlles mmes mgr me dr pr prof av env éd c.-à-d p.ex ex hab boul app ref réf anc fém masc cf sgt "
    "cdt cne lt",
    "es": "sr sra srta sres sras d dª dña dn dr dra drs prof profa lic ing arq gral cnel tte mons avda av pdte ud uds "
    "vd vds p.ej ej núm núms pág págs ntra excmo excma ilmo ilma fdo depto dpto tel fray sto sta admón aprox",
    "pt": "sr sra srs sras srta d dr dra drs dras prof profa profs eng engª arq exmo exma ilmo ilma gen cel ten sgt "
    "av trav tel núm pág págs p.ex ex pe fr sto sta dep sen aprox conf",
    "it": "sig sigg sigra sig.ra sig.na sig.re dott dott.ssa dottssa prof prof.ssa profssa avv ing arch geom rag on "
    "onn sen mons es p.es ss s gen col ten cd c.d tel p.za v.le v.a c.so cfr pag pagg artt lett egr spett gent "
    "att cosid",
    "nl": "dhr mevr mw mej dr drs ir ing mr prof ds st bijv b.v d.w.z m.n m.b.t n.a.v i.p.v i.v.m o.a t.a.v t.b.v "
    "t.g.v t.o.v ca evt gem jhr jkvr kol lt resp sgt t.w v zgn z.g zog dir w.o m.i m.u.v o.l.v d.m.v a.h.v "
    "o.i.d mgr",
    "sv": "bl.a t.ex d.v.s dvs s.k fr.o.m t.o.m e.g bl t ex ca c:a jfr jmf kap prof dr hr kand resp sid st m.a.o "
    "p.g.a pga uppl f.d n.b s:t s:ta tekn mag lic ang avd",
    "da": "bl.a f.eks fx ca dr prof hr fr frk fhv f.h.v jf cand mag ing kgl skt dvs d.v.s p.g.a pga vedr mht m.h.t "
    "iht i.h.t ifm i.f.m pr inkl ekskl hhv h.h.v bl ell eks evt tlf adr sml jvf nuv s.k s.å nævn adv adm dir "
    "t.o.m o.a oa lign afd gdr gl forsk ltr stud vestl østl ndr sdr chr str vilh jur phil",
    "nb": "bl.a f.eks ca dr prof hr fr frk jf cand mag ing st dvs d.v.s pga p.g.a vedr mht m.h.t iht i.h.t ifm i.f.m "
    "pr inkl ekskl hhv bl eks evt tlf adr jfr adm dir t.o.m m.a.o s.k tidl ell angj ang fung stud pkt avd f.o.m "
    "odd kgl chr str vgs",
    "fi": "esim mm ks vrt prof dr tri fil maist ns nk ts t.s toim ent st hra rva nti klo tk puh os ed em huom lkm nro "
    "nyk toht evl kapt luutn maj kenr ylil ukr ven jap lat engl",
    "is": "þ.e þe t.d td t.a.m a.m.k sbr skv hr dr próf u.þ.b m.a f.h s.s fyrrv núv st frk þ.á.m m.a.s nr n.k s.l alþm",
    "pl": "tzw tzn np m.in dr mgr inż prof hab płk ppłk mjr kpt por ppor gen kard ks bp abp św śp ul al pl ws tel wg "
    "red dyr zob lek adw doc marsz adm kmdr plut sierż st wz sp dypl p.o sz nadkom podkom insp asp ww hr nb "
    "proj paraf pocz zm",
    "cs": "tzv např tj tzn dr ing mgr bc prof doc judr mudr phdr rndr rsdr paeddr pharmdr thdr mvdr arch akad gen plk "
    "pplk mjr kpt ppor npor prap sv st ul nám mj popř resp příp zejm ev zn p s m.j t.č cca vč vlj zvl srov p.o "
    "tel t.zv t zv vl.jm p.t šk bl úč kr",
    "sk": "tzv napr tj t.j tzn dr ing mgr bc prof doc judr mudr phdr rndr paeddr pharmdr thdr mvdr arch akad gen plk "
    "pplk mjr kpt sv ul nám mj resp príp zv tel p cca vr vyd red porov najm slov lat nem angl fr franc gr gréc "
    "maď čes rus tal hebr",
    "sl": "dr mag prof ing inž univ dipl npr t.i tj t.j oz sv ga gdč g gen polk maj gl prim doc akad spec cca tel ul "
    "dr.med angl lat nem",
    "hr": "dr mr mag prof doc ing dipl inž npr tzv tj sv gđa gđica g gosp o.g fra ul tel akad gen puk sc spec prim "
    "odn usp med iur oec engl lat njem fr",
    "hu": "dr id ifj özv prof ún u.n pl kb ill vö ld sz szt tel ker mgr gr br u.i ui krt hrsz kik mfszt",
    "ro": "dl d-l dna d-na dlui d-lui dlor d-lor dr prof ing acad gen col lt av jud str bd şos sf ex p.ex cca aprox "
    "lect conf univ asist arh pr mons cpt mrs nr alin lit pct pag d.ex tel p.s",
    "ru": "т.е т.н т.к т.ч ул просп пл см ср напр проф акад доц др.р г-н г-жа ген полк подп лейт св о.р в.р ред сост "
    "пер лат греч англ фр итал ок прибл тел дир зам зав н.ф к.ф к.э к.т инж сокр букв совр исп яп",
    "uk": "т.зв т.е т.к т.ч т.б ім вул просп пл див пор напр проф акад доц ген полк св о.р ред англ нім лат грец рос "
    "укр польс фр тел дир зам зав см бл ок к.т к.е п.ч смт ур буд ісп іт",
    "bg": "т.е т.нар т.н т.к т.г напр вж срв проф акад доц д-р инж ген полк подп кап св ул бул пл ж.к гр с о-в арх "
    "адв н.пр чл ал тел ок изд гл еп вх бл ап серж",
    "sr": "др мр проф доц инж тзв тј нпр св ул ген dr mr prof doc ing inž tzv tj npr sv ul gen akad тел",
    "mk": "т.е т.н проф акад д-р инж ген св ул бул на.пр тн",
    "el": "κ κα κκ κος πχ δηλ δρ καθ αγ λεωφ οδ τηλ βλ πρβλ αρ αριθ μτφρ επιμ στρ ταγμ λοχ υπ π.δ ν.δ ν ο.π ό.π λ.χ "
    "αντ συν τ.κ",
    "tr": "dr prof doç yrd müh sn bkz örn alb yzb bnb gen tuğg öğr gör uzm dn st hz ord org orgen koreg alm fr ing "
    "cad sok mah çev haz ör sf ecz dipl",
    "et": "nt nn st s.t dr prof mag nr vt vrd hr pr prl tel u ca sh s.h so s.o tn mnt pst tlk koost toim snd ingl sks "
    "vnk ld kol maj kpt skp ümb u. gen",
    "lv": "piem t.i t.s t.sk prof dr plkv ģen māc sv st tel sal skat angl lat vāc kr fr akad red apm apt dir t.p mob "
    "tālr",
    "lt": "t.y pvz dr prof doc gen plk mjr kun vysk šv žr plg tel vad red sud vert t.t angl lot lenk vok pranc akad "
    "inž kan kard arkiv adv direkt pirm pav ap nr p pp vid aut st liet š.m",
    "ca": "sr sra srs sres sta dr dra prof av avda pg pl tel p.ex ex núm pàg pàgs il·lm il·lma excm excma mn gral "
    "aprox d na fra",
    "eu": "jn and dr prof adib",
    "id": "dr drs dra prof ir h hj kh tn ny sdr sdri yth jl jln gg kol letjen mayjen brigjen kapt kompol tgk ust a.n "
    "d.a s.d kab kec kel rt rw pt cv",
    "hi": "डॉ डा प्रो श्री श्रीमती सु पं मो चौ रु नं कु इं",
    "mr": "डॉ प्रा श्री श्रीमती पं रु क्र",
    "hy": "պրոֆ դոկտ ակադ օր թ տ տես թթ դդ քաղ փող պ յու",
    "ar": "د أ م ص ت ج أ.د",
    "he": "ד״ר פרופ׳ גב׳ מר",
    "fa": "",
}

_MAY = {
    "en": "st ave blvd rd hwy Calif ariz Mass Conn fla Ga Ill Ind Kan Ky La Md Mich Minn Miss Mo neb nev okla Ore Pa "
    "tenn Tex Va vt Wash wis wyo Jan feb Mar Apr Jun Jul aug sept sep oct nov Dec Mon tue tues Wed thu thurs "
    "Fri Sat Sun est esq bn mph sq cu oz lb lbs c.e b.c.e dist assoc intl natl int'l nat'l v",
    "de": "usw u.s.w etc dgl u.ä u.a u.v.a u.v.m u.a.m o.ä o.dgl jh jhd jhdt v.chr n.chr chr f ff str mio mrd tsd std "
    "sek stck st tel e.v a.d a.m jan jän feb febr mrz apr jun jul aug sep sept okt nov dez u.s a.a.o uvm uva "
    "uam uä oä zt sen d.ä d.j bd ev anm univ hbf flgh med i.d.r a.k a.v abt s.o s.u z.t v.u.z zb",
    "fr": "etc janv févr avr juill sept oct nov déc apr av.j.-c apr.j.-c j.-c s.a s.a.r.l éd coll suppl ibid op.cit "
    "vol ch st env min max ndlr tél",
    "es": "etc ee.uu ee uu s.a s.l s.a.u cía ltda a.c d.c a.m p.m art arts cap ed vol pág av ap esq izq dcha hnos j.c "
    "c.v s.r.l núm bs ss.mm ff.aa rr.hh jj.oo",
    "pt": "etc ltda s.a cia a.c d.c a.m p.m ed vol jr eua séc art c.v min máx",
    "it": "ecc s.p.a s.r.l spa srl a.c d.c sec vol ed cap p.v n.d.r seg segg fasc min max trad",
    "nl": "enz e.d e.a v.chr n.chr n.v b.v jl a.s jr sr blz str nr bv nv c.s s.v.p afb",
    "sv": "osv o.s.v m.m m.fl mfl etc o.d dyl e.kr f.kr kl st tr milj mkr mdr jr sr kr tsk resp fl f.ö i.s.f fil",
    "da": "osv o.s.v m.m m.fl mm mfl m.v mv o.l ol etc e.kr f.kr kl kr mio mia jan feb apr aug sept okt nov dec d.å "
    "s.u a/s aps o.lign m.a sek min tlf st tv red th pct o.s.fr stk pkt sr jr osfr d",
    "nb": "osv o.s.v m.m m.fl mv m.v o.l etc e.kr f.kr kl kr mill mrd jan feb apr aug sept okt nov des d.å a.s sek "
    "min d.y d.e o.a pst st stk jr sr el.l o.fl mfl",
    "fi": "jne yms ym tms jms jkr ekr eaa jaa mk mrd milj kpl h min s v kk oy vs mol mm",
    "is": "o.s.frv osfrv o.fl ofl o.þ.h e.kr f.kr kl kr m.kr millj bls þ.m s.á",
    "pl": "itd itp etc r w n.e p.n.e zł gr tys mln mld ur zm godz pkt s st sp z.o.o red ust art k m.st in i.in s.a kw "
    "poz rys tab nr pn jw br bm km m im ok",
    "cs": "atd apod aj a.s s.r.o spol kč n.l př.n.l po.kr př.kr str r st stol tis mil mld hod min sek obr tab č čl "
    "odst písm sb roč čp ml nar zem let tř spr zast vyd vedl kr red pozn ap",
    "sk": "atď apod a.i i a.s s.r.o spol pod n.l pred.n.l po.kr pred.kr str r st stor tis mil mld hod min sek obr tab "
    "č čl ods písm zb z.z nar zom roč kt pr n.m pozn ap",
    "sl": "itd ipd idr itn d.d d.o.o n.št pr.n.št pr št str čl l st stol tis mio mrd ur min tč odst",
    "hr": "itd i.sl sl d.d d.o.o st r god g br str čl tis mil mlrd kn h n.e pr.n.e pr.kr po.kr s.a km n.v ž j.d.o.o n",
    "hu": "stb st sz u kft rt zrt nyrt bt du de h m kr.e kr.u i.e i.sz old o n jan febr márc ápr máj jún júl aug "
    "szept okt nov dec vm mt",
    "ro": "etc ş.a ș.a s.a s.r.l srl î.hr d.hr e.n î.e.n sec ian feb febr mar apr iun iul aug sept oct noiem nov dec "
    "lei mil mld pag",
    "ru": "т.д т.п пр др г гг в вв руб коп тыс млн млрд трлн ст н.э до.н.э э чел час мин сек стр с д к кв п пп долл "
    "кг км м см га л экз шт обл р-н сб им нем род ум",
    "uk": "т.д т.п ін р рр ст грн коп тис млн млрд трлн н.е до.н.е е чол год хв с стор кв дол га мал нар",
    "bg": "т.н и.т.н др г в лв ст хил млн млрд пр.н.е пр.хр сл.хр н.е ч мин с стр кв бр т.т",
    "sr": "итд сл г год в н.е п.н.е itd sl god n.e p.n.e br бр d.o.o a.d din дин",
    "el": "κ.λπ κλπ κ.ά κ.α κ.ο.κ κτλ κ.τ.λ π.μ μ.μ μ.χ π.χ α.ε ε.π.ε εκατ δισ δρχ χλμ τ.μ η.π.α ε.ε ο.η.ε σελ αρ αι "
    "ευρ χιλ κ.ε",
    "tr": "vb vs vd m.ö m.s a.ş ltd şti tl sk dk yy km k av",
    "et": "jne jms jm jt aü a s.a s kr e.m.a m.a.j e.kr p.kr as oü mln mld lk min tk",
    "lv": "u.c utt u.tml tml m.ē p.m.ē lpp gs tūkst milj mljrd min st g",
    "lt": "t.t kt pan m g d mėn proc tūkst mln mlrd val min sek a.š vnt pr.kr po.kr raj r k sav",
    "ca": "etc s.a s.l aC dC a.c d.c ltda art cap ed vol pàg",
    "eu": "etab e.a",
    "id": "dll dkk dsb dst rp tbk s.h m.h s.e m.m s.t m.si s.pd m.pd s.ag s.sos s.ip ph.d hlm m.sc m.a",
}

_NUMBER = {
    "en": "st op app ex ver rev",
    "de": "s bd bde abs nr nrn ziff rn rz randnr art abschn buchst kap zf z hs halbs anm anl anh tz gl fn bl sp tel "
    "jg hj tit teilbd unterabs lit pos az nrs kl taf bgbl h nat vers",
    "fr": "n p pp art al chap t vol fig tab liv ann § l d r n° num",
    "es": "n núm p pp pág págs art arts cap fig t vol tab apdo n.º ap sec disp hab",
    "pt": "n p pp pág art arts cap fig t vol tab inc n.º al sec",
    "it": "n nn p pp pag pagg art artt cap fig figg t tab vol c co lett par l dl",
    "nl": "nr p blz art hfdst afb fig par vs",
    "sv": "nr s sid kap st fig tab p mom art bil prop kl",
    "da": "nr s kap stk fig tab pkt art § kl jf bd",
    "nb": "nr s kap fig tab pkt art kl jf bd § st",
    "fi": "n:o nro s mom art",
    "pl": "nr s str art ust pkt poz lit rozdz t z ryc rys tab § par",
    "cs": "č s str čl odst písm obr tab sv roč kap",
    "sk": "č s str čl ods písm obr tab zv roč kap",
    "sl": "št str čl odst sl tab pog",
    "hr": "br str čl st sl tab pogl t",
    "ro": "nr p pag art alin lit cap fig tab vol pct",
    "ru": "№ с стр ст п пп ч гл рис табл т вып разд кн д кв стб",
    "uk": "№ с стор ст п пп ч гл рис табл т вип розд кн",
    "bg": "№ с стр чл ал т гл фиг табл бр",
    "el": "αρ αριθ σ σελ άρθ αρθρ παρ εδ κεφ εικ πιν τ ν",
    "hu": "sz o old",
    "id": "no hlm psl gbr",
    "lv": "nr plkst lpp p",
    "lt": "nr p str",
}

_STARTS = {
    "en": "the a an this that these those he she it they we you i his her its their our my your there here who what "
    "when where why how which in on at by for from with without to of as if and but or so yet nor not no after "
    "before since while although though because however moreover meanwhile then thus still also both each every "
    "some many most all another other one two three during under over between among until once now today "
    "yesterday according despite is are was were has have do does did will would can could should may might let "
    "it's he's she's they're we're i'm that's there's what's only even just such more several",
    "de": "der die das dem den des ein eine einer eines einem einen kein keine er sie es wir ihr ich du man sein "
    "seine seiner ihre ihrer ihren unser unsere mein meine dieser diese dieses diesem diesen jener jene jeder "
    "jede jedes alle alles viele einige manche mehrere beide andere solche welche wer was wann wo wie warum "
    "weshalb wohin in im am an auf aus bei beim bis durch für gegen mit nach ohne seit über um unter vom von "
    "vor während wegen zu zum zur zwischen laut trotz und oder aber denn doch sondern wenn als ob dass weil da "
    "dann damit dort hier nun jetzt heute gestern morgen so auch nur noch schon sogar bereits zudem außerdem "
    "jedoch allerdings dabei dadurch daher darum deshalb deswegen danach davor dazu daraufhin darauf darin "
    "darunter hierbei hierzu hierfür hinzu inzwischen mittlerweile trotzdem dennoch später zuvor zuletzt "
    "zunächst anschließend schließlich nachdem bevor sobald solange sowohl weder entweder nicht nichts niemand "
    "jemand immer nie oft meist manchmal vielleicht ebenso ebenfalls insgesamt etwa rund gleichzeitig gemäß "
    "ferner zwar wird werden wurde wurden ist sind war waren hat haben hatte kann können soll sollen darf muss "
    "müssen gibt ihm ihn ihnen uns euch mich dich sich dies zusätzlich anders erst seither damals einerseits "
    "andererseits bislang bisher dagegen demnach dessen deren falls obwohl somit sonst weiter weitere weiterhin "
    "wobei woraufhin neben unterdessen statt innerhalb außerhalb aufgrund infolge eigentlich leider natürlich "
    "tatsächlich offenbar insbesondere",
    "fr": "le la les un une des du de d' l' il elle ils elles on nous vous je j' tu ce cet cette ces c' ça cela celui "
    "celle son sa ses leur leurs notre nos mon ma mes dans en au aux à par pour sur sous avec sans chez entre "
    "vers depuis pendant après avant selon malgré et ou mais donc or ni car si comme quand lorsque puisque qui "
    "que quoi où comment pourquoi quel quelle ainsi alors aussi puis enfin ensuite cependant toutefois pourtant "
    "plus moins tout tous toute toutes chaque plusieurs certains aucun aujourd'hui hier ici là voici voilà même "
    "ne n' dès lors contrairement",
    "es": "el la los las un una unos unas lo él ella ellos ellas yo tú usted nosotros su sus mi este esta estos estas "
    "ese esa eso esto aquel en de del al a con por para sin sobre según desde hasta entre tras durante ante "
    "bajo y e o u pero sino aunque si como cuando donde porque que quien cual qué quién cómo cuándo dónde así "
    "también además entonces luego después antes ahora hoy ayer embargo no ni ya se le les nos hay es son fue "
    "era muchos varios algunos todos cada otro otra más menos",
    "pt": "o a os as um uma uns umas ele ela eles elas eu nós você vocês seu sua seus suas este esta esse essa isto "
    "isso aquele em no na nos nas de do da dos das ao à aos às com por pelo pela para sem sobre segundo desde "
    "até entre após durante e ou mas porém contudo se como quando onde porque que quem qual também além então "
    "depois antes agora hoje ontem não já há é são foi era muitos vários alguns todos cada outro outra mais "
    "menos",
    "it": "il lo la i gli le l' un uno una un' egli ella lui lei essi loro noi voi io tu questo questa questi queste "
    "quello quella quelli suo sua suoi in nel nella nei nelle negli nello di del della dei delle degli dello "
    "dell' nell' a al alla ai alle agli allo all' da dal dalla dai con su sul sulla per tra fra senza secondo "
    "dopo prima durante e ed o ma però se come quando dove perché che chi cui quale così anche inoltre poi "
    "allora ora oggi ieri non né si ci vi è sono fu era ha molti alcuni tutti tutte ogni altro altra più meno "
    "mentre infine tuttavia quindi",
    "nl": "de het een hij zij ze wij we jij je u ik zijn haar hun ons onze dit dat deze die er hier daar in op aan "
    "bij van voor met naar uit over onder tussen door tegen tot na sinds zonder volgens tijdens om te en of "
    "maar want dus als toen wanneer omdat hoewel terwijl wie wat waar hoe waarom welke ook nog al dan nu "
    "vandaag gisteren later daarna daarom daarnaast echter toch niet geen veel alle andere elke sommige zo is "
    "was waren heeft kan",
    "sv": "den det de en ett han hon vi ni jag du man hans hennes deras vår detta denna dessa där här i på av till "
    "från med utan för om vid under över mellan mot efter före sedan enligt och men eller när då som eftersom "
    "vem vad var hur varför också även dock så nu idag igår alla många några andra varje är har inte ingen",
    "da": "den det de en et han hun vi i jeg du man hans hendes deres vores dette denne disse der her på af til fra "
    "med uden for om ved under over mellem mod efter før siden ifølge og men eller når da som fordi hvis hvem "
    "hvad hvor hvordan hvorfor også dog så nu alle mange nogle andre hver er var har ikke ingen at",
    "nb": "den det de en et ei han hun vi jeg du man hans hennes deres vår dette denne disse der her i på av til fra "
    "med uten for om ved under over mellom mot etter før siden ifølge og men eller når da som fordi hvis hvem "
    "hva hvor hvordan hvorfor også så nå alle mange noen andre hver er var har ikke ingen at dei ein eit ho eg "
    "me kva korleis",
    "fi": "se ne hän he minä sinä me te tämä nämä tuo siinä siitä sen sitä niiden hänen heidän mutta ja tai vai kun "
    "jos koska vaikka että joka mikä kuka miten miksi missä siellä täällä nyt sitten myös kuitenkin silti näin "
    "niin ei on oli ovat",
    "is": "hann hún það þeir þær þau ég þú við í á af til frá með án fyrir um eftir og en eða þegar þá sem ef þar hér "
    "nú þetta þessi er var hefur ekki",
    "pl": "to ten ta te ci on ona ono oni one my wy ja ty jego jej ich nasz w we z ze na do od po pod nad przed przy "
    "dla bez za o u między przez podczas według i a ale lecz oraz albo czy jeśli jeżeli gdy kiedy ponieważ bo "
    "który która które co kto jak gdzie dlaczego tak także też również jednak teraz dziś wczoraj potem wtedy "
    "nie jest są był była było już jeszcze tylko wszystko wszyscy wiele",
    "cs": "to ten ta ti ty on ona ono oni my vy já jeho její jejich náš v ve z ze na do od po pod nad před při pro "
    "bez za o u mezi během podle s se i a ale nebo či jestli když protože který která co kdo jak kde proč tak "
    "také však nyní dnes včera potom pak ne není je jsou byl byla bylo už ještě jen všichni k ke",
    "sk": "to ten tá tí on ona ono oni my vy ja jeho jej ich náš v vo z zo na do od po pod nad pred pri pre bez za o "
    "u medzi počas podľa s so i a ale alebo či ak keď pretože ktorý čo kto ako kde prečo tak tiež však teraz "
    "dnes včera potom nie je sú bol bola bolo už ešte len všetci k ku",
    "sl": "to ta ti te on ona ono oni mi vi jaz njegov njen v na z s iz od do po pod nad pred pri za brez o med skozi "
    "in a ali pa ko če ker ki kdo kaj kako kje zakaj tako tudi vendar zdaj danes včeraj potem ne ni je so bil "
    "bila že še samo vsi k",
    "hr": "to taj ta ti te on ona ono oni mi vi ja njegov njezin u na s sa iz od do po pod nad pred pri za bez o među "
    "kroz i a ali ili ako kad kada jer koji koja tko što kako gdje zašto tako također međutim sada danas jučer "
    "potom ne nije je su bio bila već još samo svi k",
    "hu": "a az egy ez ezek azok ő ők mi ti én és de vagy ha mert mint hogy amikor ahol aki ami ki mit hol miért most "
    "ma tegnap akkor így úgy is nem van volt már még csak minden sok",
    "ro": "el ea ei ele eu noi voi tu acest această aceste acestea un o niște în la de din cu pe pentru prin fără "
    "spre după înainte între sub și dar sau iar dacă când unde cum ce cine care azi ieri acum atunci apoi nu "
    "este sunt era a au",
    "ru": "он она оно они мы вы я ты его её ее их наш это этот эта эти тот та те в во на с со из от до по под над "
    "перед при для без за о об у между через после время и а но или если когда потому так как что кто который "
    "где почему также однако теперь сегодня вчера потом затем не нет есть был была было были уже ещё только все "
    "всё к ко",
    "uk": "він вона воно вони ми ви я ти його її їх наш це цей ця ці той та ті у в на з із зі від до по під над перед "
    "при для без за о об між через після і й а але або чи якщо коли тому як що хто який де чому також проте "
    "однак тепер сьогодні вчора потім не ні є був була було були вже ще тільки всі все к",
    "bg": "той тя то те ние вие аз ти неговият това този тази тези онзи в във на с със из от до по под над пред при "
    "за без между през след и а но или ако когато защото който какво кой как къде защо така също обаче сега "
    "днес вчера после не няма е са беше бе вече още само всички към",
    "el": "ο η το οι τα τον την του της των ένας μια ένα αυτός αυτή αυτό αυτοί εγώ εσύ εμείς σε στο στη στην στον στα "
    "στις από με για χωρίς κατά μετά πριν και κι αλλά ή αν όταν όπου γιατί που τι ποιος πώς έτσι επίσης όμως "
    "τώρα σήμερα χθες δεν δε είναι ήταν όλοι πολλοί",
    "tr": "bu şu o bunlar onlar biz siz ben sen bir ve ama fakat ancak ya veya çünkü eğer ne kim nasıl nerede neden "
    "niçin şimdi bugün dün sonra önce daha da de her bazı birçok tüm böyle öyle ayrıca ise",
    "et": "see need ta tema nad nemad ma mina me meie sa te ja ning aga kuid või kui sest et kes mis kus kuidas miks "
    "siis nüüd täna eile ka ei on oli olid kõik paljud selle seda",
    "lv": "tas tā tie tās viņš viņa viņi es mēs tu jūs un bet vai ja kad jo kas kur kā kāpēc arī tad tagad šodien "
    "vakar ne nav ir bija visi daudzi šis šī šie no uz ar par pie pēc pirms",
    "lt": "tai tas ta tie jis ji jie aš mes tu jūs ir bet ar jei kai nes kas kur kaip kodėl taip pat dabar šiandien "
    "vakar ne nėra yra buvo visi daug šis ši šie iš į su už prie po prieš",
    "ca": "el la els les l' un una uns unes ell ella ells jo nosaltres seu seva aquest aquesta això en a de del al "
    "amb per sense sobre segons des fins entre després durant i o però si com quan on perquè que qui així també "
    "més llavors ara avui ahir no ni ja es hi ha és són va molts tots cada",
    "id": "ini itu dia ia mereka kami kita saya anda di ke dari dengan untuk pada dalam oleh karena jika bila ketika "
    "saat setelah sebelum dan tetapi namun atau juga kini sekarang kemudian tidak bukan ada adalah para sebuah "
    "seorang selain",
}


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNITS = _listed(
    "km kg cm mm m mg ml kw mw gw kwh kv mwh gwh mb gb tb hz khz mhz ghz nm км кг см мм м χλμ χιλ kr kn zł gr лв руб "
    "коп грн lei ευρ δρχ pct proc kč sk €"
)
"""Measures and currencies: after a number they end a sentence where a capital letter follows."""

PARTICLES = _listed("de di da del della dei van von le la du dos el al ten ter lo li do so an den")
"""Words that begin sentences and stand in names, after an initial ("L. De Carli")."""


class Words(NamedTuple):
    """What `language` says of words and points. `ordinals` where a number with a point is an ordinal; `capitals` where
    common nouns are written with one, so that a capital letter alone begins no sentence; `units` where "m" after a
    number is a metre, not a year; `own_stop` where a sentence ends with a mark of the script's own and a point is for
    abbreviations."""

    never: frozenset[str]
    may: frozenset[str]
    number: frozenset[str]
    starts: frozenset[str]
    months: frozenset[str]
    ordinals: bool
    capitals: bool
    units: bool
    own_stop: bool


@cache
def words_of(language: str) -> Words:
    """The words of `language`, a code of two letters or one with a region; of one unknown here, those of all."""
    code = language.lower().partition("-")[0].partition("_")[0]
    code = {"no": "nb", "nn": "nb", "bs": "hr", "lb": "de"}.get(code, code)
    never, may, number = (_listed(common) for common in _OF_ALL)
    never |= _listed(_NEVER.get(code, ""))
    may = (may | _listed(_MAY.get(code, ""))) - never
    number = (number | _listed(_NUMBER.get(code, ""))) - never
    return Words(
        never=never,
        may=may,
        number=number,
        starts=_listed(_STARTS.get(code, "")),
        months=_months(code) | _months("de"),
        ordinals=code in _ORDINAL,
        capitals=code in _NOUNS_ARE_CAPITAL,
        units=code != "lt",
        own_stop=code in _OWN_STOP,
    )


def _months(language: str) -> frozenset[str]:
    """The names of the months as `language` writes them in a date, small."""
    from babel import Locale, UnknownLocaleError

    try:
        months = Locale.parse(language).months["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(name.lower() for name in months.values())
