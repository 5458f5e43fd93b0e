//! Every label the finder knows, by kind, in simplified spelling.
//!
//! Traditional and annotated spellings need no entries: the finder folds them.

use super::LabelKind::{
    self, Author, Decoy, Editor, PrevNext, PublishTime, Share, Source, Summary, UpdateTime, Views,
};

/// How much must stand around a word before it is reported at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing; the caller weighs it.
    Nothing,
    /// A boundary before and a mark after: the word alone is too common.
    Mark,
    /// A boundary before and a colon after, or nothing beside it: English prose speaks of sources and
    /// authors.
    Colon,
    /// A number before it, since that is where its value stands.
    NumberBefore,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Row {
    /// What its labels introduce; `None` for words that only begin like one.
    pub(super) kind: Option<LabelKind>,
    /// When they are reported.
    pub(super) need: Need,
    /// The spellings, separated by `、`.
    pub(super) labels: &'static str,
}

const fn row(kind: LabelKind, need: Need, labels: &'static str) -> Row {
    Row {
        kind: Some(kind),
        need,
        labels,
    }
}

/// The table.
pub(super) const ROWS: &[Row] = &[
    row(Source, Need::Nothing, SOURCE),
    row(Author, Need::Nothing, AUTHOR),
    row(Author, Need::Mark, "文、by、小编、撰写、发稿人"),
    row(Editor, Need::Nothing, EDITOR),
    row(Source, Need::Colon, "source"),
    row(Author, Need::Colon, "author"),
    row(Editor, Need::Colon, "editor"),
    row(PublishTime, Need::Nothing, PUBLISH_TIME),
    row(UpdateTime, Need::Nothing, UPDATE_TIME),
    row(Views, Need::Nothing, VIEWS),
    row(Views, Need::NumberBefore, VIEWS_AFTER_NUMBER),
    row(Views, Need::Mark, "阅、pv"),
    row(Summary, Need::Nothing, SUMMARY),
    row(Decoy, Need::Nothing, DECOY),
    row(Decoy, Need::Mark, DECOY_MARKED),
    row(Share, Need::Nothing, SHARE),
    row(Share, Need::Mark, "分享、关闭、收藏、转发、标签、打印"),
    row(PrevNext, Need::Nothing, PREV_NEXT),
    Row {
        kind: None,
        need: Need::Nothing,
        labels: LOOKALIKES,
    },
];

const SOURCE: &str = "\
    来源、文章来源、文章出处、信息来源、信息出处、出处、来自、来自于、本文来源、本文来源于、\
    本文来自、资料来源、文字来源、来源于、来源自、稿源、稿件来源、稿件出处、新闻来源、新闻出处、\
    内容来源、消息来源、媒体来源、来源媒体、来源网站、来源单位、发布来源、转载自、转载于、\
    转载来源、本文转载自、本文转自、文章转自、文章转载自、文章来自、转自、摘自、供稿、供稿单位、\
    供稿部门、发布机构、发布单位、发布部门、发布媒体、原文出处、原文来源、原载、来稿、来稿单位";

const AUTHOR: &str = "\
    作者、文章作者、本文作者、原作者、发布人、信息发布人、发布者、发布人员、发表人、发帖人、\
    记者、本报记者、本刊记者、本网记者、特约记者、见习记者、实习记者、文字记者、采访记者、\
    特约通讯员、通讯员、文/图、图/文、图文、文图、撰文、撰稿、撰稿人、采写、文字、供稿人、\
    投稿人、评论员、原创作者、原创";

const EDITOR: &str = "\
    责任编辑、责编、编辑、本文编辑、文章编辑、网络编辑、本期编辑、值班编辑、执行编辑、内容编辑、\
    新闻编辑、文字编辑、编辑人";

const PUBLISH_TIME: &str = "\
    发布时间、发布日期、发布、发布于、发表时间、发表日期、发表于、发表、时间、日期、刊发时间、\
    刊发日期、发稿时间、发稿日期、发文时间、发文日期、发帖时间、文章时间、文章日期、新闻时间、\
    新闻日期、公布时间、公布日期、公开日期、公开时间、刊登时间、刊登日期、发送时间、推送时间、\
    首发时间、信息时间、publish、published、published on、publish time、publish date、\
    posted on、post date、release time、release date、issue date、pubdate、date";

const UPDATE_TIME: &str = "\
    更新时间、更新日期、更新于、编辑于、最后编辑于、更新、最后更新、最近更新、最后更新时间、最近更新时间、修改时间、\
    修改日期、最后修改、编辑时间、添加时间、添加日期、加入时间、录入时间、录入日期、上传时间、\
    上传日期、上传于、入库时间、创建时间、创建日期、生成日期、成文日期、成文时间、updated、\
    update time、last updated、last modified";

const VIEWS: &str = "\
    浏览次数、浏览、浏览量、浏览数、浏览人数、浏览人次、浏览率、被浏览、已浏览、阅读、阅读数、\
    阅读量、阅读次数、阅读人数、阅读人次、已阅读、文章阅读量、点击、点击数、点击次数、点击量、\
    点击率、总点击、总点击量、点击人数、访问、访问量、访问次数、访问数、访问人数、访问人次、\
    点阅、点阅数、点阅率、点阅次数、点阅人次、累计浏览、累计阅读、人气、人气值、人气指数、热度、关注度、关注、关注次数、关注数、查看、查看次数、查看数、\
    查看人数、围观、围观次数、观看次数、观看、观看数、围观数、被阅读、被查看、已被阅读、\
    已被浏览、views、view、hits、hit、click、clicks、pageview、pageviews、reads";

const VIEWS_AFTER_NUMBER: &str = "\
    次浏览、次阅读、次点击、次访问、次查看、次围观、次观看、人已阅读、人已浏览、人阅读、人浏览、\
    人查看、人点击、人访问、人围观、人看过、人关注、人观看、人次浏览、人次阅读、人次访问、\
    人次查看、人次点击、人读过、人气、人参与围观";

const SUMMARY: &str = "\
    摘要、内容摘要、文章摘要、新闻摘要、本文摘要、概要、概要描述、概述描述、内容概要、核心提示、\
    核心阅读、导读、内容导读、本文导读、文章导读、新闻导读、导语、提要、内容提要、新闻提要、\
    内容简介、文章简介、内容概述、文章概述、summary、abstract";

/// What is not the source, author or title of the article itself; dates of other things; counts of
/// other things; other lines of a metadata block.
const DECOY: &str = "\
    图片来源、图片出处、图源、视频来源、数据来源、素材来源、信源来源、资金来源、收入来源、货源、\
    客户来源、客源、图片作者、作者单位、作者简介、作者介绍、关于作者、发布会时间、原标题、\
    原文标题、文章标题、新闻标题、信息标题、原文链接、原文地址、审核、审核人、审稿、审校、校对、\
    初审、复审、终审、签发、监制、总监制、主编、总编辑、总编、副主编、策划、制图、美编、\
    美术编辑、图片编辑、视频编辑、排版、摄影、摄影记者、图片、录入、录入者、录入员、文章录入、\
    上传者、上传、翻译、编译、版权声明、版权所有、\
    采集时间、采集日期、抓取时间、注册时间、注册日期、活动时间、活动日期、展会时间、展会日期、\
    展览时间、展览日期、展出时间、开展时间、开展日期、布展时间、撤展时间、参展时间、会议时间、\
    会议日期、举办时间、举办日期、举行时间、召开时间、论坛时间、开幕时间、闭幕时间、开始时间、\
    开始日期、结束时间、结束日期、起止时间、报名时间、报名截止、报名截止时间、报到时间、\
    截止时间、截止日期、截至日期、截至时间、有效期、有效期至、开放时间、营业时间、工作时间、\
    上班时间、服务时间、成立时间、成立日期、预计时间、当前时间、现在时间、北京时间、打印时间、\
    到期时间、登录时间、评论时间、回复时间、拍摄时间、比赛时间、招标时间、开标时间、\
    投标截止时间、实施日期、生效日期、施行日期、废止日期、出生日期、生产日期、下次更新、\
    下载次数、下载量、下载数、下载、评论、评论数、条评论、发表评论、我要评论、网友评论、回复、\
    回复数、点赞、点赞数、收藏数、收藏次数、转发数、分享数、分享次数、好评、差评、粉丝、跟帖、\
    评分、字数、文件大小、\
    关键词、关键字、主题词、所属分类、所属栏目、所属类别、文章分类、新闻分类、信息分类、\
    信息类别、索引号、文号、发文字号、文章编号、发文机关、公开方式、举办地点、展会地点、\
    活动地点、会议地点、展览地点、主办单位、承办单位、协办单位、支持单位、联系电话、联系人、\
    联系方式、联系地址、公司地址、服务热线、咨询热线、电子邮箱、官方网站、投稿邮箱、展馆、\
    展会名称、展会规模、举办展馆、举办单位";

const DECOY_MARKED: &str = "\
    图、图/、摄、赞、顶、踩、分类、类别、类型、栏目、频道、编号、标题、题目、主题、地址、地点、\
    电话、手机、传真、邮箱、邮编、网址、官网、微信、微博、qq、tel、tags、tag、comments、规模、\
    行业、地区、城市、语言、大小、价格、简介";

const SHARE: &str = "\
    分享到、分享至、分享给、打印本页、打印本文、打印此页、打印文章、打印预览、关闭窗口、\
    关闭本页、关闭此页、关闭页面、关闭返回、字体、字号、字体大小、文字大小、收藏本文、收藏本页、\
    加入收藏、推荐给好友、推荐给朋友、发送给好友、复制链接、复制网址、扫二维码用手机看、扫一扫、\
    扫码阅读、手机扫一扫、手机阅读、手机看、转载请注明、转载请注明出处、转载请注明来源、\
    双击自动滚屏、双击滚屏、来顶一下、本文网址、本文链接、本文地址、本页网址、文章网址、\
    文章链接、相关标签、文章标签、本文标签、新闻标签、免责声明、我要纠错、我要投稿、我要打印、\
    返回顶部、阅读全文、阅读原文、查看全文、查看详情、查看更多、查看原图、查看评论、点击查看、\
    点击进入、点击下载、点击放大、了解更多、更多分享、一键分享、关注我们、关注公众号";

const PREV_NEXT: &str = "\
    上一篇、下一篇、上一条、下一条、上一页、下一页、上一则、下一则、上一个、下一个、上一篇文章、\
    下一篇文章、上一条新闻、下一条新闻、上一篇新闻、下一篇新闻、上一条信息、下一条信息、\
    上一新闻、下一新闻、上篇文章、下篇文章、前一篇、后一篇、上一主题、下一主题、返回列表、\
    返回上一页、返回上级";

/// Longer words that begin with a label's characters and are none.
const LOOKALIKES: &str = "\
    编辑部、编辑室、编辑器、编辑推荐、编辑委员会、编辑出版、记者会、记者站、记者团、记者协会、\
    记者节、记者证、记者获悉、记者了解、记者从、记者在、发布会、发布厅、发布仪式、发布平台、\
    发布网、新闻发布、新闻发布会、新品发布、产品发布、时间表、时间轴、时间段、时间节点、日期间、\
    浏览器、阅读器、阅读理解、访问团、访问学者、关注点、人气王、热度不减、热度榜、来源地、\
    来源国、作者群、作者们、原创性、原创文章、原创内容、图文并茂、图片展、图片新闻、评论区、\
    评论家、下载中心、策划人、策划方案、摄影展、摄影师、摄影家、翻译公司、文字版、更新换代、\
    更新改造、城市更新、概要设计、发表会、发表演讲、发表讲话、发表主旨、发表致辞、回复率、\
    字体库、查看器、datetime、dated、viewer、viewpoint、sources、authority、authors、editorial、\
    editors、hitsuji";
