"""What a count counts, by the words beside it, in the languages in which Meta's networks write their pages."""

from __future__ import annotations

import re

COMMENTS = re.compile(
    r"comment|coment|komment|koment|komen|commen|opmerking|reactie|yorum|hozzászól|комментар|коментар|каментар|σχόλι"
    r"|コメント|댓글|评论|評論|留言|回應|回复|bình luận|ความคิดเห็น|تعليق|نظر|دیدگاه|תגוב|टिप्पणि|कमेंट|मंतव्य|মন্তব্য"
    r"|கருத்து|replies",
    re.IGNORECASE,
)
SHARES = re.compile(
    r"\bshare|compartid|compartilh|partag|condivis|geteilt|gedeeld|delinger|delningar|udostępn|sdílen|paylaş"
    r"|поделил|репост|поширен|シェア|공유|分享|次分享|lượt chia sẻ|แชร์|مشارك|שיתופ|शेयर|dibagikan",
    re.IGNORECASE,
)
VIEWS = re.compile(
    r"\bview|\bplay|visuali[sz]|reprod|\bvues?\b|lectures?\b|aufruf|wiedergab|weergave|visning|wyświetl|odtworz"
    r"|zhlédnut|megtekint|görüntüle|izlenme|просмотр|перегляд|προβολ|表示|再生|조회|播放|观看|觀看|lượt xem|tayangan"
    r"|ditonton|การดู|مشاهد|צפיות|व्यू|दृश्य",
    re.IGNORECASE,
)
REACTIONS = re.compile(
    r"reaction|reacci|reaç|reazion|réaction|reaktion|reacties?\b|reakcj|reakc|tepki|реакц|αντιδρ|リアクション|공감|心情"
    r"|cảm xúc|reaksi|ความรู้สึก|تفاعل|תגובות רגש|प्रतिक्रिया|\blikes?\b|me gusta|j.aime|curtida|gefällt|mi piace|いいね"
    r"|좋아요|讚|赞",
    re.IGNORECASE,
)
FOLLOWERS = re.compile(
    r"\bfollow|abonn|seguidor|seguac|follower|volger|obserw|sledujíc|követő|takipç|följare|følger|seuraa|подписч|підписн"
    r"|ακόλουθ|フォロワー|팔로워|粉丝|粉絲|追蹤|关注|người theo dõi|pengikut|ผู้ติดตาม|متابع|دنبال|עוקב|फ़ॉलो|फॉलो",
    re.IGNORECASE,
)
