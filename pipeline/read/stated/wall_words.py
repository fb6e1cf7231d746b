"""What pages say that stand in an article's place, in some twenty languages: used only beside what their markup shows.

Two strengths: what speaks to the visitor ("verify that you are human") and what is only about such things ("cookies"),
which articles are about too.
"""

import re
from collections import Counter

_SENTENCES = re.compile(r"[.!?…。！？]+[\s”\"»]+|\n+|(?<=[。！？])")
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
        r"вы не робот|подтвердите, что вы|ロボットではない|로봇이 아닙|不是机器人|robot olmadığınız|nie jesteś robotem|"
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
    r"(?:subscribe|register|sign up|log in|become a (?:member|subscriber)) (?:now |here |"
    r"today )?to (?:continue|keep|read|unlock|access|finish|see|view|get)",
    r"(?:this (?:article|content|story|post|essay|piece) is|available|reserved|exclusive(?:ly)?) (?:only |a )?(?:for|"
    r"to) (?:our )?(?:paying |paid |registered )?(?:subscribers|members)",
    r"already (?:a |have a |an? )?(?:subscri\w+|member\w*)|have an account\?",
    r"to (?:continue|keep) reading",
    r"(?:this is a )?(?:premium|subscriber-only|members-only) (?:story|article|content)|unlimited access|"
    r"continue reading (?:with|for|by)",
    r"(?:read|finish|get|unlock)\b.{0,50}\b(?:with|by) (?:a |an |our |your )?(?:subscription|subscribing|"
    r"membership)",
    r"(?:start|try) (?:your )?(?:free )?(?:trial|subscription)",
    r"weiterlesen (?:mit|für|nach)|(?:jetzt|hier|digital|plus)?-?\s?(?:abo|abonnement) (?:abschließen|"
    r"bestellen|testen|sichern|lesen)|jetzt (?:abonnieren|testen|registrieren|weiterlesen|freischalten)|"
    r"(?:bereits|schon) (?:ein )?(?:abo|abonn\w+|registriert|kunde|mitglied)|(?:nur )?für (?:abonnenten|"
    r"mitglieder|plus-?\w*)\b|um (?:den (?:ganzen |vollständigen )?(?:artikel|text|beitrag) |"
    r"weiter)(?:zu ?)?(?:lesen|weiterzulesen)|(?:mit (?:einem|ihrem|deinem) (?:abo|abonnement|konto))|"
    r"dieser (?:artikel|beitrag|inhalt|text) ist (?:nur|exklusiv|kostenpflichtig)",
    r"(?:réservé|accessible)s? (?:uniquement |exclusivement )?aux (?:abonné|membre|lecteurs)|abonnez-vous|"
    r"déjà abonné|lire la suite (?:avec|en)|pour (?:lire|continuer|poursuivre|accéder)|il vous reste \d|"
    r"créez (?:un|votre) compte|s['’]abonner|avec un abonnement|profitez d",
    r"suscr[ií]b(?:ete|ase|irse)|(?:ya|si) (?:eres|es|está) (?:suscriptor|suscrito|socio)|(?:solo|"
    r"exclusivo|reservado|contenido) para (?:suscriptores|socios)|para (?:seguir|continuar) leyendo|"
    r"sigue leyendo (?:con|por)|hazte (?:socio|premium)|inicia sesión para|con una suscripción",
    r"abb[oò]nati|(?:sei già|già) (?:abbonato|registrato)|(?:riservato|solo per) (?:agli |gli )?abbonati|"
    r"per continuare a leggere|continua a leggere (?:con|per)|con un abbonamento|accedi per",
    r"ass(?:ine|inar) (?:para|agora|já)|já é assinante|(?:exclusivo|só|apenas) para assinantes|"
    r"para continuar (?:a ler|lendo)|seja assinante|com uma assinatura",
    r"lees verder (?:met|voor)|(?:al|reeds) (?:een )?abonnee|(?:alleen )?voor abonnees|"
    r"neem (?:een )?abonnement|word (?:lid|abonnee)|met een abonnement",
    r"(?:läs|les|læs) (?:vidare|videre) (?:med|som)|bli prenumerant|prenumerera|redan prenumerant|(?:bliv|"
    r"bli) (?:abonnent|medlem)|(?:allerede|er du) abonnent|kun for abonnenter|för prenumeranter|"
    r"jatka lukemista|tilaajille|tilaa nyt|oletko jo tilaaja",
    r"czytaj dalej (?:z|w)|(?:wykup|kup) (?:dostęp|subskrypcj)|(?:tylko )?dla (?:subskrybentów|"
    r"prenumeratorów)|masz już (?:subskrypcj|konto)|pokračovat ve čtení|předplaťte|pro předplatitele|"
    r"előfiz|feliratkoz|abonează-te|numai pentru abonaț",
    r"оформ\w+ подписк|подпишитесь,? чтобы|только (?:для )?подписчик|уже подписаны|передплат|abone ol|"
    r"abonelere özel|συνδρομητ|会員限定|続きを読むには|有料会員|(?:この記事は)?会員(?:登録|専用)|"
    r"구독(?:하|자)|로그인 후|订阅后|仅限(?:会员|订阅)|"
    r"للمشتركين",
)


def sentences_of(text: str) -> list[str]:
    """The sentences at the beginning of a text, each once, without their end marks."""
    parts = (part.strip(" .!?…") for part in _SENTENCES.split(text[:_MOST_CHARACTERS]))
    return list(dict.fromkeys(part for part in parts if any(c.isalnum() for c in part)))


def kind_by_words(title: str, text: str, *, loosely: bool = False) -> tuple[str | None, float]:
    """What most of the telling sentences are of, and how many there are, with the title, for each sentence of the
    text; `loosely` counts also those that are only about such things."""
    sentences = sentences_of(text)
    counted: Counter[str] = Counter()
    telling = 0
    for each in (title, *sentences):
        kinds = [kind for kind, pattern in _TO_THE_VISITOR.items() if pattern.search(each)]
        counted.update(kinds)
        telling += bool(kinds) or (loosely and bool(_ABOUT.search(each) or _INVITATION.search(each)))
    most = max(_TO_THE_VISITOR, key=lambda kind: counted[kind])
    return (most if counted[most] else None), telling / max(1, len(sentences))


def is_invitation(text: str) -> bool:
    """Whether some of the text invites to pay or register for the rest of it."""
    return bool(_INVITATION.search(text))
