//! Lists as each CMS prints them, rewritten from their templates, and what is found in them.

use std::fmt::Write as _;
use std::sync::LazyLock;

use encoding_rs::UTF_8;

use super::*;
use crate::model::Timestamp;
use crate::rules::parse;

static BUILTIN: LazyLock<RuleBook> = LazyLock::new(RuleBook::builtin);

const HOST: &str = "http://www.example.com";

fn page(address: &str, html: &str) -> Page {
    let url = PageUrl::parse(&format!("{HOST}{address}")).expect("url");
    Page::parse(html, Some(url), Timestamp::from_unix_millis(0), UTF_8)
}

fn short(links: &[Link]) -> Vec<String> {
    links
        .iter()
        .map(|link| {
            link.url
                .as_str()
                .strip_prefix(HOST)
                .unwrap_or(link.url.as_str())
                .to_owned()
        })
        .collect()
}

/// What is found on `html` at `address`: articles, next pages, lists.
#[track_caller]
fn check(address: &str, html: &str, articles: &[&str], next: &[&str], lists: &[&str]) {
    check_with(&BUILTIN, address, html, articles, next, lists);
}

#[track_caller]
fn check_with(
    book: &RuleBook,
    address: &str,
    html: &str,
    articles: &[&str],
    next: &[&str],
    lists: &[&str],
) {
    let found = discover(&page(address, html), book);
    assert_eq!(short(&found.articles), articles, "articles of {address}");
    assert_eq!(short(&found.next), next, "next of {address}");
    assert_eq!(short(&found.lists), lists, "lists of {address}");
}

const MENU: &str = "<div class='nav'><ul><li><a href='/'>首页</a></li>\
    <li><a href='/about/'>公司简介</a></li><li><a href='/product/'>产品中心</a></li>\
    <li><a href='/gsxw/'>公司新闻</a></li><li><a href='/hydt/index.html'>行业动态</a></li>\
    <li><a href='/contact.html'>联系我们</a></li><li><a href='javascript:void(0)'>收藏</a></li>\
    <li><a href='mailto:a@example.cn'>邮箱</a></li></ul></div>";

#[test]
fn dedecms_list() {
    let item = |id: u32| {
        format!(
            "<li><a href='/hydt/2014/1113/{id}.html' class='preview'><img src='/i.gif'/></a>[<b><a \
             href='/hydt/index.html'>行业动态</a></b>] <a href='/hydt/2014/1113/{id}.html' \
             class='title'>关于召开第{id}届展览交流大会的通知</a> <span class=info><small>日期：</small>\
             2014-11-13 21:54:12<small>点击：</small>178</span></li>"
        )
    };
    let html = format!(
        "<link href='/templets/default/style/dedecms.css'>{MENU}<div class=listbox><ul class=e2>{}{}\
         </ul></div><div class=dede_pages><ul class=pagelist><li>首页</li><li class=thisclass>1</li>\
         <li><a href='list_24_2.html'>2</a></li><li><a href='list_24_3.html'>3</a></li><li><a \
         href='list_24_2.html'>下一页</a></li><li><a href='list_24_9.html'>末页</a></li><li><select \
         onchange='location.href=this.value'><option value='list_24_1.html'>1</option><option \
         value='list_24_4.html'>4</option></select></li><li><span class=pageinfo>共 <strong>9\
         </strong>页<strong>87</strong>条</span></li></ul></div>",
        item(123),
        item(124)
    );
    let articles = ["/hydt/2014/1113/123.html", "/hydt/2014/1113/124.html"];
    let next = ["/hydt/list_24_2.html"];
    // the three addresses of the first page find the same, and none finds itself
    for own in ["/hydt/", "/hydt/index.html", "/hydt/list_24_1.html"] {
        check(own, &html, &articles, &next, &["/gsxw/"]);
    }
    // its own link to the next page leads to itself: the number is what tells
    let later = ["/hydt/list_24_3.html"];
    check(
        "/hydt/list_24_2.html",
        &html,
        &articles,
        &later,
        &["/gsxw/", "/hydt/index.html"],
    );
}

#[test]
fn the_headline_is_the_text_of_an_article() {
    let html = "<ul><li><a href='/news/15.html'><img alt='图'></a><a href='/news/15.html' \
                title='上海国际 家具展览会圆满落幕'> 上海国际 家具展...
 </a><a href='/news/15.html'>查看详情</a>\
                </li></ul>";
    let found = discover(&page("/news/", html), &RuleBook::default());
    assert_eq!(found.articles.len(), 1);
    assert_eq!(found.articles[0].text, "上海国际 家具展览会圆满落幕");
    assert_eq!(found.articles[0].kind, PageKind::Article);
}

#[test]
fn phpcms_list() {
    let html = format!(
        "{MENU}<ul class='list lh24'><li>2020-09-16<a href='{HOST}/index.php?m=content&c=index&a=show\
         &catid=6&id=12'>第十届会展经济论坛在京举行</a></li><li>2020-09-15<a href='{HOST}/index.php?\
         m=content&c=index&a=show&catid=6&id=11'>展览馆改造完成</a></li></ul><div id=pages class=text-c>\
         <a class=a1>22条</a> <a href='/index.php?m=content&c=index&a=lists&catid=6&page=0' class=a1>\
         上一页</a> <span>1</span> <a href='/index.php?m=content&c=index&a=lists&catid=6&page=2'>2</a> \
         <a href='/index.php?m=content&c=index&a=lists&catid=6&page=2' class=a1>下一页</a></div>"
    );
    check(
        "/index.php?m=content&c=index&a=lists&catid=6",
        &html,
        &[
            "/index.php?m=content&c=index&a=show&catid=6&id=12",
            "/index.php?m=content&c=index&a=show&catid=6&id=11",
        ],
        &["/index.php?m=content&c=index&a=lists&catid=6&page=2"],
        &["/gsxw/", "/hydt/index.html"],
    );
    let static_list = "<script src='/api.php?op=count&id=1&modelid=1'></script><ul><li><a \
        href='/content-6-12-1.html'>会展经济论坛举行</a></li></ul><div id=pages><a href='/list-6-1.html'>\
        1</a><a href='/list-6-2.html'>2</a><a href='/list-6-2.html'>下一页</a></div>";
    check(
        "/list-6-1.html",
        static_list,
        &["/content-6-12-1.html"],
        &["/list-6-2.html"],
        &[],
    );
    let in_folder = "<ul><li><a href='/gsxw/2020/0916/12.html'>会展经济论坛举行</a></li></ul>\
        <div id=pages><span>1</span><a href='/gsxw/2.html'>2</a><a href='/gsxw/3.html'>3</a></div>";
    check(
        "/gsxw/",
        in_folder,
        &["/gsxw/2020/0916/12.html"],
        &["/gsxw/2.html"],
        &[],
    );
}

#[test]
fn empirecms_list() {
    let html = format!(
        "{MENU}<table><tr><td><a href='/gsxw/2016-10-08/35.html'>我司参加秋季建材展</a></td><td>\
         2016-10-08</td></tr><tr><td><a href='/xwzx/gsxw/36.html'>我司参加春季建材展</a></td><td>10-09\
         </td></tr></table><div class=epages><b>1</b> <a href='/gsxw/index_2.html'>2</a> <a \
         href='/gsxw/index_2.html'>下一页</a> <a href='/gsxw/index_7.html'>尾页</a></div>\
         <form action='/e/search/index.php'></form>"
    );
    let articles = ["/gsxw/2016-10-08/35.html", "/xwzx/gsxw/36.html"];
    let next = ["/gsxw/index_2.html"];
    check("/gsxw/", &html, &articles, &next, &["/hydt/index.html"]);
    // counted from nought: page=1 is the second page
    let dynamic = "<ul><li><a href='/gsxw/1.html'>我司参加秋季建材展</a></li></ul><b>1</b> <a \
        href='/e/action/ListInfo/index.php?page=1&classid=3'>2</a> <a \
        href='/e/action/ListInfo/index.php?page=2&classid=3'>3</a>";
    check(
        "/e/action/ListInfo/?classid=3",
        dynamic,
        &["/gsxw/1.html"],
        &["/e/action/ListInfo/index.php?page=1&classid=3"],
        &[],
    );
}

#[test]
fn metinfo_list() {
    let html = "<meta name=generator content='MetInfo 7.5'><main class=met-news><div \
        class=met-news-list><ul><li class=media><a href='../news/shownews.php?id=12'><img></a>\
        <h4><a href='../news/shownews.php?id=12'>国际汽车展开幕</a></h4></li></ul></div>\
        <div class=met_pager><a class=NextA href='news.php?class1=4&page=2'>下一页</a></div></main>";
    check(
        "/news/news.php?class1=4",
        html,
        &["/news/shownews.php?id=12"],
        &["/news/news.php?class1=4&page=2"],
        &[],
    );
    let rewritten = "<main class=met-news><div class=met-news-list><ul><li><a href='/news/123.html'>\
        国际汽车展开幕</a></li></ul></div><a href='/news/list-4-2.html'>2</a></main>";
    check(
        "/news/list-4-1.html",
        rewritten,
        &["/news/123.html"],
        &["/news/list-4-2.html"],
        &[],
    );
}

#[test]
fn pbootcms_and_eyoucms_lists() {
    let html = "<script src='/Do/visits/id/1'></script><div class=row><a href='/?news_2/12.html'>\
        展会圆满闭幕公司荣获奖项</a></div><a href='/?news_2/&page=2'>下一页</a>";
    check(
        "/?news_2/",
        html,
        &["/?news_2/12.html"],
        &["/?news_2/&page=2"],
        &[],
    );
    let paths = "<div><a href='/news_2/12.html'>展会圆满闭幕公司荣获奖项</a></div><a \
        href='/news_2/?page=2'>2</a><a href='/news_2/?page=2'>后页</a>";
    check(
        "/news_2/",
        paths,
        &["/news_2/12.html"],
        &["/news_2/?page=2"],
        &[],
    );
    let eyou = "<ul><li><a href='/index.php?m=home&c=View&a=index&aid=12'>展会圆满闭幕</a></li></ul>\
        <ul class=pagination><li><a href='/news/list_3_2.html' data-page=2>2</a></li>\
        <li><a href='/news/list_3_2.html'>下一页</a></li></ul>";
    check(
        "/news/list_3_1.html",
        eyou,
        &["/index.php?m=home&c=View&a=index&aid=12"],
        &["/news/list_3_2.html"],
        &[],
    );
}

#[test]
fn wordpress_and_discuz_lists() {
    let html = "<meta name=generator content='WordPress 5.2'><header><nav><a href='/category/news/'>News\
        </a></nav></header><article class='post hentry'><header><h2><a href='/archives/123'>展会圆满\
        闭幕</a></h2></header></article><article class='post hentry'><h2><a href='/2020/09/slug/'>再创\
        佳绩</a></h2></article><nav class=pagination><span>1</span><a class=page-numbers \
        href='/page/2/'>2</a><a class='next page-numbers' href='/page/2/'>下一页</a></nav>";
    check(
        "/",
        html,
        &["/archives/123", "/2020/09/slug/"],
        &["/page/2/"],
        &["/category/news/"],
    );
    let forum = "<body id=nv_portal><div class='bm_c xld'><dl class='bbda cl'><dt><a \
        href='/article-12-1.html'>展会报道</a></dt></dl></div><div class=pg><strong>1</strong><a \
        href='/portal.php?mod=list&catid=1&page=2'>2</a><a class=nxt \
        href='/portal.php?mod=list&catid=1&page=2'>下一页</a></div>";
    check(
        "/portal.php?mod=list&catid=1",
        forum,
        &["/article-12-1.html"],
        &["/portal.php?mod=list&catid=1&page=2"],
        &[],
    );
}

#[test]
fn a_list_that_a_script_loads_in_parts() {
    let item = |id: u32| {
        format!("<dl><dt><a href='/news/{id}.html'>展会新闻第{id}号</a></dt><dd>摘要</dd></dl>")
    };
    let answer = |ids: &[u32]| {
        let mut html = String::from("<div class='e_box p_Newslist'><div>");
        for id in ids {
            let _ = write!(html, "{}", item(*id));
        }
        html + "</div></div>"
    };
    let own =
        "/comp/portalResNews/list.do?compId=portalResNews_list-1&cid=3&pageSize=3&currentPage=1";
    check(
        own,
        &answer(&[15, 14, 13]),
        &["/news/15.html", "/news/14.html", "/news/13.html"],
        &["/comp/portalResNews/list.do?compId=portalResNews_list-1&cid=3&pageSize=3&currentPage=2"],
        &[],
    );
    // a part that is not full is the last
    check(own, &answer(&[15]), &["/news/15.html"], &[], &[]);
}

#[test]
fn lists_of_unknown_make() {
    let html = format!(
        "{MENU}<div class=crumbs><a href='/'>首页</a> &gt; <a href='/news/'>新闻中心</a></div>\
         <div class=list><p><a href='NewsView.asp?id=12'>我公司应邀参加第五届博览会</a> [2012-5-6]</p>\
         <p><a href='NewsView.asp?id=11'>热烈祝贺网站开通上线</a></p>\
         <p><a href='http://other.example.com/news/1.html'>别的网站上的一条新闻标题</a></p>\
         <p><a href='/files/展商手册.pdf'>展商手册下载请点击这里查看</a></p></div>\
         <a href='News.asp?page=2'>下一页</a> <a href='News.asp?page=5'>末页</a>\
         <div class=footer><a href='/news/99.html'>友情提示的一条很长的链接</a></div>"
    );
    check(
        "/News.asp",
        &html,
        &["/NewsView.asp?id=12", "/NewsView.asp?id=11"],
        &["/News.asp?page=2"],
        &["/gsxw/", "/hydt/index.html", "/news/"],
    );
}

#[test]
fn a_home_page_leads_to_columns_and_their_latest() {
    let html = format!(
        "{MENU}<div class=block><h3><a href='/zhzx/'>展会资讯</a><a href='/zhzx'>更多&gt;&gt;</a></h3>\
         <ul><li><a href='/zhzx/t20200916_12.shtml'>秋季展会九月开幕</a></li></ul></div>\
         <div class=products><a href='/product/1.html'>豪华铝合金展示架系列</a></div>\
         <a href='/news/?utm=1'>MORE+</a>"
    );
    let found = discover(&page("/", &html), &RuleBook::default());
    assert_eq!(short(&found.articles), ["/zhzx/t20200916_12.shtml"]);
    assert!(found.next.is_empty());
    let lists = short(&found.lists);
    assert_eq!(
        lists,
        ["/gsxw/", "/hydt/index.html", "/zhzx/", "/news/?utm=1"]
    );
}

#[test]
fn an_article_leads_to_its_neighbours_and_has_no_next_page() {
    for (before, after) in [
        (
            "<p>上一篇：<a href='/news/14.html'>展前</a></p>",
            "<p>下一篇：<a href='/news/16.html'>展后</a></p>",
        ),
        (
            "<span class=i_pageUpTitle>上一个</span>:<a href='/news/14.html'><span>展前</span></a>",
            "<div><span>下一个</span>:<a href='/news/16.html'><span>展后</span></a></div>",
        ),
        (
            "<ul><li><span>上一条</span> <a href='/news/14.html'>展前</a>",
            "<li><span>下一条</span> <a href='/news/16.html'>展后</a></ul>",
        ),
        (
            "<a href='/news/14.html'>上一篇</a>",
            "<a href='/news/16.html'>下一篇</a>",
        ),
    ] {
        let html = format!("<h1>题</h1><p>正文</p>{before}{after}");
        let book = RuleBook::default();
        check_with(
            &book,
            "/news/15.html",
            &html,
            &["/news/14.html", "/news/16.html"],
            &[],
            &[],
        );
    }
    // its own parts are neither articles nor pages of a list
    let parts = "<h1>题</h1><a href='19_2.html'>2</a><a href='19_2.html'>下一页</a>";
    check("/xw/2016/0424/19.html", parts, &[], &[], &[]);
    check("/news/19.html", parts, &[], &[], &[]);
}

#[test]
fn the_rules_of_a_site_are_followed() {
    let book = RuleBook::default().with_files(vec![
        parse(
            "example.toml",
            "name = '示例'\n\
        hosts = ['www.example.com', 'm.example.com']\n[list]\nitems = '.n'\nnext = '.go'\n\
        urls = '^/topic/\\w+$'\n[article]\nurls = '^/i/\\w+$'\n",
        )
        .expect("rules"),
    ]);
    let html = "<div class=n><a href='/i/abc'>甲</a></div><div class=n><a href='/odd'>乙</a></div>\
        <a href='http://m.example.com/i/def'>丙</a><a href='/news/2020/0916/1.html'>看起来像一篇新闻的链接\
        </a><a class=go href='/topic/x?after=7'>接着</a><a href='/topic/y'>栏目</a>";
    check_with(
        &book,
        "/topic/x",
        html,
        &["/i/abc", "/odd", "http://m.example.com/i/def"],
        &["/topic/x?after=7"],
        &["/topic/y"],
    );
}

#[test]
fn links_are_canonical_and_encoded_as_the_page_is() {
    let mut page = page(
        "/news/?utm_source=mail",
        "<ul><li><a href='show.asp?id=12&key=展&utm_source=list'>展会圆满闭幕</a></li></ul>\
         <a href='/news/'>公司新闻</a>",
    );
    page.encoding = encoding_rs::GBK;
    let found = discover(&page, &RuleBook::default());
    assert_eq!(short(&found.articles), ["/news/show.asp?id=12&key=%D5%B9"]);
    assert_eq!(found.lists, [], "the page itself in another spelling");
}

#[test]
fn a_pager_never_leads_back() {
    let html = "<a href='/n/index_1.html'>上一页</a><a href='/n/index_1.html'>1</a><a \
        href='/n/index_2.html'>2</a><a href='#'>3</a><a href='/n/index_3.html'>下一页</a><a \
        href='/n/index_3.html'>3</a><a href='/n/index_4.html'>»</a>";
    check("/n/index_2.html", html, &[], &["/n/index_3.html"], &[]);
    // without the next number, all that are known
    let gap = "<a href='/n/index_9.html'>9</a><a href='/n/index_5.html'>5</a>";
    let known = ["/n/index_5.html", "/n/index_9.html"];
    check("/n/index_2.html", gap, &[], &known, &[]);
    // the last page calls itself the next one
    let last = "<a href='/n/index_2.html'>下一页</a><a href='/n/index_2.html'>2</a>";
    check("/n/index_2.html", last, &[], &[], &[]);
}

#[test]
fn a_page_without_an_address_leads_nowhere() {
    let mut page = page(
        "/",
        "<a href='http://www.example.com/news/12.html'>展会圆满闭幕奖项</a>",
    );
    page.url = None;
    page.base = None;
    assert_eq!(discover(&page, &RuleBook::builtin()), Discovery::default());
}

#[test]
fn a_hostile_page_is_read_in_its_length() {
    let book = RuleBook::builtin();
    let deep = "<div class=listbox><ul class=e2><li><a href=/x/1.html>题</a>".repeat(3_000);
    let _found = discover(&page("/news/", &deep), &book);
    let wide = "<li><a href='/news/1.html?id=1111111111111111'>题</a>".repeat(50_000);
    assert!(discover(&page("/news/", &wide), &book).articles.len() <= 1);
    let long = format!(
        "<a href='/{}'>{}</a>",
        "9".repeat(1 << 20),
        "题".repeat(1 << 20)
    );
    let _found = discover(&page("/news/", &long), &book);
}

proptest::proptest! {
    #[test]
    fn no_link_is_the_page_itself_or_found_twice(
        hrefs in proptest::collection::vec("(/news|/list_1|\\?page=|/index|[0-9]{1,3}|[/_.-]|html|#|%E5|:){0,6}", 0..20),
        texts in proptest::collection::vec("(下一页|新闻|[0-9]{1,2}|展会开幕|›|更多){0,3}", 20),
        own in "/(news/|index.html|list_1_[0-9].html|news/[0-9]{2}.html)?",
    ) {
        let mut html = String::new();
        for (href, text) in hrefs.iter().zip(&texts) {
            let _ = write!(html, "<li><a href=\"{href}\">{text}</a></li>");
        }
        let page = page(&own, &html);
        let found = discover(&page, &BUILTIN);
        let mut seen = HashSet::new();
        for link in found.next.iter().chain(&found.articles).chain(&found.lists) {
            proptest::prop_assert!(Some(&link.url) != page.url.as_ref(), "{}", link.url);
            proptest::prop_assert!(seen.insert(link.url.clone()), "{} twice", link.url);
        }
    }
}

mod pagers;
