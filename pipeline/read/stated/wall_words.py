"""What pages say that stand in an article's place, in some twenty languages: used only beside what their markup shows.

Two strengths: what speaks to the visitor ("verify that you are human") and what is only about such things ("cookies"),
which articles are about too.
"""

import re
from collections import Counter

_SENTENCES = re.compile(r"[.!?…。！？]+[\s”\"»]+|\n+|(?<=[。！？])")
_YOU = re.compile(
    r"(?<=[a-zäöüß,] )(?:Sie|Ihre?[nmrs]?)\b|\b(?:[Yy]ou|[Yy]our|[Vv]ous|[Vv]otre|[Uu]sted|[Vv]ocê|[Tt]uo|[Tt]ua|"
    r"[Uu]w|[Jj]ouw|[Вв]ы|[Вв]ам|[Вв]аш\w*)\b"
)
_WITH_ENDS = re.compile(r"[^.!?…。！？]+[.!?…。！？]*")
_MOST_CHARACTERS = 4000


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_TO_THE_VISITOR = {
    "captcha": _any(
        r"\b(?:solve|complete|enter|fill in|type|pass)\b.{0,30}captcha",
        r"(?:löse|geben sie|résol|résoud|resuelv|risolv|resolv|complet)\w{0,20}.{0,30}captcha",
        r"(?:that )?you(?:'|’| a)re (?:a |not a )?(?:human|robot|bot)",
        r"are you a (?:ro)?bot",
        r"sind sie ein (?:mensch|roboter)",
        r"dass sie (?:ein mensch|kein roboter)",
        r"vous êtes (?:bien )?(?:un être )?humain|pas un robot",
        r"eres (?:un )?humano|es (?:un )?ser humano|no eres un robot|no es un robot",
        r"sei (?:un essere )?umano|non sei un robot",
        r"(?:é|és) (?:um )?(?:ser )?humano|não (?:é|és) um rob",
        r"geen robot|een mens bent",
        r"checking (?:if the site|your browser)|your browser before",
        r"^\W{0,3}just a moment|^\W{0,3}(?:nur )?einen (?:kleinen )?moment|^\W{0,3}un (?:instant|"
        r"momento)\b.{0,12}$|^\W{0,3}attention required",
        r"unusual traffic|ungewöhnliche(?:n|r)? (?:datenverkehr|zugriff)|trafic inhabituel|tráfico inusual|"
        r"traffico (?:insolito|anomalo)",
        r"access (?:to this (?:page|site|website) )?(?:has been |is |was )?(?:denied|blocked)",
        r"you have been blocked|sie wurden (?:gesperrt|blockiert)|vous avez été bloqué|ha(?:s)? sido bloquead|"
        r"sei stato bloccato|você foi bloquead",
        r"(?:unable|not allowed|no permission) to access",
        r"zugriff (?:wurde )?(?:verweigert|gesperrt|blockiert)|accès (?:à cette page )?(?:refusé|bloqué|"
        r"interdit)|acceso (?:denegado|bloqueado)|accesso (?:negato|bloccato)|acesso negado|toegang geweigerd|"
        r"åtkomst nekad|adgang nægtet|odmowa dostępu|přístup odepřen|доступ (?:запрещ|огранич|заблок)",
        r"security service to protect|triggered (?:the security|this block)|actions? (?:that )?could trigger|"
        r"ray id\b",
        r"sicherheit (?:ihrer|der) verbindung|sécurité de votre connexion|seguridad de (?:su|tu) conexión|"
        r"sicurezza della (?:tua|sua) connessione|security of your connection",
        r"вы не робот|подтвердите, что вы|ロボットではない|로봇이 아닙|不是机器人|robot olmadığınız|"
        r"nie jesteś robotem|"
        r"nejste robot|ikke er en robot|inte är en robot",
    ),
    "script only": _any(
        r"(?:enable|turn on|activate|allow|requires?|need)\b.{0,30}java ?script",
        r"java ?script (?:is|must be|seems to be|has been) (?:disabled|required|enabled|turned off|not)",
        r"without java ?script",
        r"(?:aktivieren|aktiviere|einschalten|benötig\w*|erforder\w{0,20}).{0,40}java ?script|"
        r"java ?script.{0,40}(?:aktivier|einschalt|benötig|erforder)",
        r"(?:activez|activer|nécessite|requiert).{0,40}java ?script|java ?script.{0,30}(?:désactivé|activé|"
        r"nécessaire)",
        r"(?:active|activa|habilit\w*|necesita|requiere|ative).{0,40}java ?script|"
        r"java ?script.{0,40}(?:habilitad|activad|ativad|deshabilitad)",
        r"(?:abilit\w*|attiv\w{0,20}).{0,30}java ?script",
        r"(?:schakel|inschakel|aktiver|aktivera|slå).{0,30}java ?script",
        r"włącz\w{0,20}.{0,30}java ?script|включите java ?script|povolte java ?script",
    ),
    "consent page": _any(
        r"before you continue|bevor sie (?:fortfahren|weiter)|avant de continuer|antes de continuar|"
        r"prima di continuare|voordat (?:je|u) (?:verder|doorgaat)",
        r"(?:we|wir|nous|nosotros|noi|nós|wij|vi|my|мы)\b.{0,25}\d{1,4}\s\w{0,12}(?:partn|socios|parceir|"
        r"parten|партн|třet)",
        r"パートナー.{0,40}(?:保存|処理)|合作伙伴.{0,40}(?:存储|处理)|파트너.{0,40}(?:저장|처리)",
        r"(?:value|respect|care about) your privacy|ihre privatsphäre ist|respect(?:ons|"
        r"er) (?:de )?votre vie privée|(?:su|tu) privacidad (?:es|nos)|la (?:tua|sua) privacy",
        r"^\W{0,3}(?:accept|allow|reject) (?:all )?(?:cookies|and (?:continue|close))|(?:alle[sn]?|"
        r"cookies?) (?:akzeptieren|annehmen|zustimmen|ablehnen)|accepter (?:tous|les cookies|et)|"
        r"aceptar (?:todas?|las cookies|y)|accetta(?:re)? (?:tutti|i cookie|e)|aceitar (?:todos|os cookies|e)|"
        r"(?:alle|alles) (?:cookies )?accepteren|acceptera (?:alla|cookies)|accepter alle|godta alle|"
        r"hyväksy kaikki|zaakceptuj|přijmout vše|принять все",
        r"manage (?:your )?(?:cookie|consent|privacy|choices)|consent to the (?:use|processing)|"
        r"withdraw (?:your )?consent",
        r"(?:stimmen|willigen) sie .{0,60}(?:zu|ein)\b|ihre (?:einwilligung|zustimmung|auswahl)|"
        r"vous (?:acceptez|consentez)|votre (?:consentement|choix)|(?:su|tu) consentimiento|usted acepta|"
        r"(?:il (?:tuo|suo)) consenso|(?:seu|teu) consentimento|(?:uw|je) toestemming|(?:ditt|"
        r"dit) sam(?:tycke|tykke)|twoj\w+ zgod|váš souhlas|ваше согласие",
        r"(?:speichern|verarbeiten|stockons|traitons|almacenamos|archiviamo|store and|armazenamos|"
        r"bewaren) .{0,60}(?:endgerät|gerät|terminal|appareil|dispositiv|device|apparaat|données|daten|datos|"
        r"dati|dados|data)\b",
        r"(?:use|verwenden|nutzen|utilisons|utilizamos|usamos|utilizziamo|gebruiken|använder|bruger|bruker|"
        r"käytämme|używamy|používáme|используем)\b.{0,20}(?:cookies?|evästeitä|plik\w* cookie|soubory cookie|"
        r"файлы cookie)",
    ),
    "login page": _any(
        r"(?:log|sign) ?in to (?:continue|read|view|your account)|please (?:log|sign) ?in",
        r"forgot(?:ten)? (?:your )?password|passwort vergessen|mot de passe oublié|(?:olvid\w+|"
        r"recuperar) (?:su|tu|la|mi) contraseña|password dimenticata|esqueceu|wachtwoord vergeten|"
        r"glömt (?:ditt )?lösenord|glemt (?:din |dit )?adgangskode|unohditko salasana|zapomniał\w* hasł|"
        r"zapomenuté heslo|забыли пароль",
        r"melden sie sich an|bitte (?:anmelden|einloggen)|connectez-vous|veuillez vous (?:connecter|"
        r"identifier)|inici[ae] sesión|accedi (?:al|per)|faça login|log in om|logga in|zaloguj się|"
        r"přihlaste se|войдите",
    ),
    "soft 404": _any(
        r"page (?:was |could |can |is )?not (?:be )?(?:found|available)",
        r"page (?:you (?:are|were|'re|’re) (?:looking|searching) for|(?:does not|doesn['’]t|"
        r"no longer) exists?|is (?:no longer available|missing|gone))",
        r"(?:can['’]t|cannot|couldn['’]t|could not|unable to) find (?:the|that|this|your) (?:page|article)",
        r"seite (?:\w+ ){0,5}(?:nicht (?:gefunden|mehr|vorhanden|verfügbar)|existiert nicht)",
        r"page (?:\w+ ){0,6}(?:introuvable|n['’]existe (?:pas|plus)|n['’]a pas été trouvée)",
        r"página (?:\w+ ){0,6}(?:no (?:se ha )?(?:encontrad\w|existe|está disponible)|"
        r"não (?:foi )?(?:encontrada|existe|está))",
        r"pagina (?:\w+ ){0,6}(?:non (?:è stata )?(?:trovata|esiste|disponibile)|niet (?:gevonden|bestaat|"
        r"meer))",
        r"sidan (?:\w+ ){0,4}(?:hittades inte|finns inte)|side(?:n)? (?:\w+ ){0,4}(?:blev ikke fundet|"
        r"findes ikke|finnes ikke|ble ikke funnet)|sivua ei (?:löyt|ole)",
        r"stron[ay] (?:\w+ ){0,4}nie (?:została znaleziona|istnieje|znalezion)|nie znaleziono strony|"
        r"stránka (?:\w+ ){0,4}(?:nenalezena|neexistuje|nebyla nalezena)|страница не (?:найдена|существует)|"
        r"sayfa bulunamadı|ページが見つかりません|找不到(?:该|此)?(?:页面|網頁)|페이지를 찾을 수 없",
    ),
}
_ABOUT = _any(
    r"cookies?\b|evästee|küpsis|kolačić|çerez|クッキー|쿠키|куки",
    r"java ?script|captcha|browser|navigateur|navegador|prohlížeč|przeglądar|браузер|selain",
    r"robots?\b|roboter|humain|humano|umano",
    r"\b(?:404|403|error|fehler|erreur|errore|erro|fout|virhe|błąd|ошибка)\b",
    r"blocked|bloqu|gesperrt|zugriff|access\b|accès|acceso|accesso",
    r"partners?\b|socios|parceiros|consent|einwillig|zustimm|consentement|consentim|consenso|datenschutz|"
    r"privacy|privacidad|confidentialité",
    r"\babo\b|abonn|abbonat|subscri|suscri|assinant|assine|prenumer|subskry|předplat|подпис|tilaa|abone",
    r"premium|\bplus\b|unlimited|unbegrenzt|illimité|ilimitad|illimitat",
    r"log ?in|sign ?in|account|konto|anmelden|einloggen|compte|cuenta|connect|sesión|accedi|haslo|"
    r"passwor[dt]|contraseña|mot de passe",
    r"verif|vérif|überprüf|prüfen|comprob|secur|sécur|segur|sicur|sicherheit",
    r"[€$£¥₽]\s?\d|\d\s?[€$£¥₽]|kostenlos|gratis|gratuit",
)
_INVITATION = _any(
    r"(?<!need to )(?<!have to )(?<!without )(?:subscribe|register|sign up|log in|become a (?:member|"
    r"subscriber)) (?:now |here |"
    r"today )?to (?:continue|keep reading|read|unlock|access|finish)\b",
    r"(?:this (?:article|content|story|post|essay|piece) is) (?:available |reserved |exclusive(?:ly)? )?(?:only |"
    r"a )?(?:for|"
    r"to) (?:our )?(?:paying |paid |registered )?(?:subscribers|members)",
    r"already (?:a |have a |an? )?(?:subscriber|subscribed|member)\W{0,3}(?:$|(?:log|sign|click)\b)|"
    r"have an account\?",
    r"^\W{0,3}to (?:continue|keep) reading|\b(?:now|account|free|trial|subscription|plan|month|"
    r"sign(?:ing)? (?:in|up)|"
    r"log(?:ging)? in|register|pay)\b[^.]{0,30} to (?:continue|keep) reading",
    r"this is a (?:premium|subscriber-only|members-only) (?:story|article|content)|continue reading (?:with|for)\b",
    r"^\W{0,3}(?:read|finish|get|unlock)\b.{0,50}\b(?:with|by) (?:a |an |our |your )?(?:subscription|subscribing|"
    r"membership)",
    r"^\W{0,3}(?:start|try) (?:your )?(?:free )?(?:trial|subscription)",
    r"weiterlesen (?:mit|für|nach)|(?:jetzt|hier|digital|plus)?-?\s?(?:abo|abonnement) (?:abschließen|"
    r"bestellen|testen|sichern|lesen)|^\W{0,3}jetzt (?:abonnieren|testen|registrieren|weiterlesen|freischalten)|"
    r"(?:nur )?für (?:abonnent\w{0,4}|plus-?(?:leser|abonnent|kund|mitglied)\w*)\b|um (?:den (?:ganzen |"
    r"vollständigen )?(?:artikel|"
    r"text|beitrag) |weiter)(?:zu ?)?(?:lesen|weiterzulesen)|"
    r"dieser (?:artikel|beitrag|inhalt|text) ist (?:nur|exklusiv|kostenpflichtig)",
    r"(?:réservé|accessible)e?s? (?:uniquement |exclusivement )?aux abonné|^\W{0,3}abonnez-vous|déjà abonné|"
    r"lire la suite (?:avec|en)|pour (?:lire|continuer|poursuivre|accéder à) (?:la suite|la lecture|(?:tout |"
    r"l['’]intégralité de )?"
    r"(?:cet|l['’]) ?article|tous nos)|il vous reste \d{1,3} ?%|^\W{0,3}créez (?:un|votre) compte",
    r"suscr[ií]b(?:ete|ase)\b|ya eres suscriptor|(?:solo|exclusivo|reservado|"
    r"contenido) (?:exclusivo )?para suscriptores|"
    r"para (?:seguir|continuar) leyendo|sigue leyendo (?:con|por)|^\W{0,3}hazte (?:socio|premium)|inicia sesión para",
    r"^\W{0,3}abb[oò]nati\b|sei già abbonato|(?:riservato|solo per) (?:agli |gli )?abbonati|"
    r"per continuare a leggere|continua a leggere (?:con|per)|accedi per",
    r"ass(?:ine|inar) (?:para|agora|já)|já é assinante|(?:exclusivo|só|apenas) para assinantes|"
    r"para continuar (?:a ler|lendo)|seja assinante",
    r"lees verder (?:met|voor)|(?:al|reeds) (?:een )?abonnee\W{0,3}$|(?:alleen )?voor abonnees|"
    r"neem (?:een )?abonnement|^\W{0,3}word (?:lid|abonnee)",
    r"(?:läs|les|læs) (?:vidare|videre) (?:med|som)|^\W{0,3}bli prenumerant|redan prenumerant|^\W{0,3}(?:bliv|"
    r"bli) (?:abonnent|medlem)|(?:allerede|er du) abonnent|kun for abonnenter|för prenumeranter|"
    r"jatka lukemista|tilaajille|tilaa nyt|oletko jo tilaaja",
    r"czytaj dalej (?:z|w)|(?:wykup|kup) (?:dostęp|subskrypcj)|(?:tylko )?dla (?:subskrybentów|"
    r"prenumeratorów)|masz już subskrypcj|pokračovat ve čtení|předplaťte|pro předplatitele|"
    r"fizess elő|előfizetőinknek|abonează-te|numai pentru abonaț",
    r"оформ\w+ подписк|подпишитесь,? чтобы|только (?:для )?подписчик|уже подписаны|передплатіть|abone olun|"
    r"abonelere özel|会員限定|続きを読むには|有料会員|(?:この記事は)会員|구독하고|구독하시면|로그인 후|订阅后|"
    r"仅[限供](?:会员|订阅)|"
    r"للمشتركين فقط",
)
_PERHAPS_AN_INVITATION = _any(
    r"(?<!need to )(?<!have to )(?:subscribe|register|sign up|log in) (?:now |here |today )?to (?:keep|see|view|"
    r"get)|unlimited access|"
    r"(?:available|reserved|exclusive(?:ly)?) (?:only |a )?(?:for|to) (?:our )?(?:paying |paid |"
    r"registered )?(?:subscribers|members)|"
    r"already (?:a |an? )?member|premium (?:story|article|content)|continue reading by",
    r"(?:bereits|schon) (?:ein )?(?:abo|abonn\w+|registriert|kunde|mitglied)|für mitglieder\b|"
    r"mit (?:einem|ihrem|deinem) (?:abo|abonnement|konto)",
    r"(?:réservé|accessible)e?s? (?:uniquement |exclusivement )?aux (?:membre|lecteurs)|s['’]abonner|"
    r"avec un abonnement|profitez d|"
    r"pour (?:lire|accéder)\b",
    r"suscr[ií]birse|(?:ya|si) (?:eres|es|está) (?:suscriptor|suscrito|socio)|(?:solo|exclusivo|"
    r"reservado) para socios|"
    r"con una suscripción|con un abbonamento|già (?:abbonato|registrato)|com uma assinatura|met een abonnement|"
    r"prenumerera|masz już konto|előfiz|feliratkoz|abone ol|συνδρομητ|会員(?:登録|専用)|구독(?:하|자)|للمشتركين",
)
"""What articles say too: an invitation where another sentence beside it is about the same."""


def sentences_of(text: str) -> list[str]:
    """The sentences at the beginning of a text, each once, without their end marks."""
    parts = (part.strip(" .!?…") for part in _SENTENCES.split(text[:_MOST_CHARACTERS]))
    return list(dict.fromkeys(part for part in parts if any(c.isalnum() for c in part)))


def kind_by_words(title: str, text: str, *, loosely: bool = False) -> tuple[str | None, int, int]:
    """What most of the telling sentences are of, how many tell, and of how many. A title that says little else is one
    of them. `loosely` counts also those that are only about such things."""
    sentences = sentences_of(text)
    counted: Counter[str] = Counter()
    telling = 0
    for each in sentences:
        kinds = [kind for kind, pattern in _TO_THE_VISITOR.items() if pattern.search(each)]
        counted.update(kinds)
        telling += bool(kinds) or (loosely and _is_about(each))
    kinds = [kind for kind, pattern in _TO_THE_VISITOR.items() if _is_all_that(title, pattern)]
    counted.update(kinds)
    tells = bool(kinds) or (loosely and _is_about(title))
    most = max(_TO_THE_VISITOR, key=lambda kind: counted[kind])
    return (most if counted[most] else None), telling + tells, len(sentences) + tells


def _is_all_that(title: str, pattern: re.Pattern[str]) -> bool:
    """Whether a title says little beside what a pattern finds in it."""
    found = pattern.search(title)
    return found is not None and 4 * (len(title) - (found.end() - found.start())) <= len(title)


def is_invitation(text: str) -> bool:
    """Whether some of the text invites to pay or register for the rest of it."""
    sentences = [each for line in text.split("\n") for each in _WITH_ENDS.findall(line)]
    if any(_INVITATION.search(each) for each in sentences):
        return True
    return any(_PERHAPS_AN_INVITATION.search(each) for each in sentences) and sum(map(_is_about, sentences)) > 1


def speaks_to_the_visitor(text: str) -> bool:
    """Whether a text says "you", which a report hardly does."""
    return bool(_YOU.search(text))


def _is_about(sentence: str) -> bool:
    """Whether a sentence is about what keeps a visitor from reading, by whatever it says of it."""
    return any(each.search(sentence) for each in (_ABOUT, _INVITATION, _PERHAPS_AN_INVITATION))
