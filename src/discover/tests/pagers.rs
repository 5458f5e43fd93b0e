//! Every form of pagination that such sites print: one row each.

use super::*;

/// A page of a list at `own` with this pager leads to `next`, in either role of an ordinary list.
#[track_caller]
fn leads(own: &str, pager: &str, next: &[&str]) {
    let html = format!(
        "<div class=list><ul><li><a href='/xw/2020/0916/12.html'>第十届会展经济论坛在京举行</a> \
         2020-09-16</li></ul></div><div class=pages>{pager}</div>"
    );
    let found = discover(&page(own, &html), &BUILTIN);
    assert_eq!(short(&found.next), next, "{own}: {pager}");
    assert_eq!(found.articles.len(), 1, "{own}: {pager}");
}

#[test]
fn every_form_of_pagination_leads_on() {
    for (own, pager, next) in [
        // by the name of the file
        (
            "/xw/",
            "<a href='list_24_2.html'>2</a><a href='list_24_3.html'>3</a>",
            "/xw/list_24_2.html",
        ),
        (
            "/xw/list_24_2.html",
            "<a href='list_24_1.html'>1</a><a href='list_24_3.html'>3</a>",
            "/xw/list_24_3.html",
        ),
        (
            "/news/list-4-1.html",
            "<a href='list-4-2.html'>2</a>",
            "/news/list-4-2.html",
        ),
        (
            "/list-6-1.html",
            "<a href='/list-6-2.html'>下一页</a>",
            "/list-6-2.html",
        ),
        (
            "/xw/index.html",
            "<a href='index_2.html'>2</a>",
            "/xw/index_2.html",
        ),
        // gov CMSs count from nought: index_1 is the second
        (
            "/xw/index.html",
            "<a href='index_1.html'>2</a><a href='index_2.html'>3</a>",
            "/xw/index_1.html",
        ),
        (
            "/xw/",
            "<a href='/xw/2.html'>2</a><a href='/xw/3.html'>3</a>",
            "/xw/2.html",
        ),
        (
            "/news/",
            "<a href='/news_2/'>2</a><a href='/news_3/'>3</a>",
            "/news_2/",
        ),
        (
            "/news/list_3_1.html",
            "<a href='/news/list_3_2.html' data-page=2>下一页</a>",
            "/news/list_3_2.html",
        ),
        (
            "/news/",
            "<a href='/news/2/'>2</a><a href='/news/3/'>3</a>",
            "/news/2/",
        ),
        (
            "/",
            "<a class=page-numbers href='/page/2/'>2</a>",
            "/page/2/",
        ),
        (
            "/category/news/page/2/",
            "<a class='next page-numbers' href='/category/news/page/3/'>›</a>",
            "/category/news/page/3/",
        ),
        // by a parameter
        ("/News.asp", "<a href='?page=2'>2</a>", "/News.asp?page=2"),
        (
            "/news.php?class1=4",
            "<a href='news.php?class1=4&page=2'>下一页</a>",
            "/news.php?class1=4&page=2",
        ),
        (
            "/plus/list.php?tid=3",
            "<a href='/plus/list.php?tid=3&TotalResult=87&PageNo=2'>2</a>",
            "/plus/list.php?tid=3&TotalResult=87&PageNo=2",
        ),
        (
            "/?cat=3",
            "<a href='/?cat=3&paged=2'>2</a>",
            "/?cat=3&paged=2",
        ),
        (
            "/e/action/ListInfo/?classid=3",
            "<a href='/e/action/ListInfo/index.php?page=1&classid=3'>2</a>",
            "/e/action/ListInfo/index.php?page=1&classid=3",
        ),
        (
            "/nr.jsp?mid=3",
            "<a href='/nr.jsp?mid=3&m3pageno=2'>2</a>",
            "/nr.jsp?mid=3&m3pageno=2",
        ),
        (
            "/portal.php?mod=list&catid=1",
            "<a class=nxt href='/portal.php?mod=list&catid=1&page=2'>下一页</a>",
            "/portal.php?mod=list&catid=1&page=2",
        ),
        (
            "/?news_2/",
            "<a href='/?news_2/&page=2'>后页</a>",
            "/?news_2/&page=2",
        ),
        (
            "/list.aspx?pageIndex=2",
            "<a href='list.aspx?pageIndex=1'>«</a><a href='list.aspx?pageIndex=3'>»</a>",
            "/list.aspx?pageIndex=3",
        ),
        // by what it is called
        ("/xw/", "<a href='/xw/b.html'>下一页</a>", "/xw/b.html"),
        (
            "/xw/",
            "<a href='/xw/b.html'>下页&gt;&gt;</a>",
            "/xw/b.html",
        ),
        ("/xw/", "<a href='/xw/b.html'>[下一頁]</a>", "/xw/b.html"),
        ("/xw/", "<a href='/xw/b.html'>Next »</a>", "/xw/b.html"),
        ("/xw/", "<a href='/xw/b.html'>Older posts</a>", "/xw/b.html"),
        ("/xw/", "<a href='/xw/?page=2'>&gt;&gt;</a>", "/xw/?page=2"),
        ("/xw/", "<a href='/xw/?page=2'>›</a>", "/xw/?page=2"),
        ("/xw/", "<a href='/xw/?page=2'>第2页</a>", "/xw/?page=2"),
        ("/xw/", "<link rel=next href='/xw/?page=2'>", "/xw/?page=2"),
        // drop-downs
        (
            "/xw/list_9_1.html",
            "<select onchange='location.href=this.value'><option value='list_9_1.html'>1</option><option value='list_9_2.html'>2</option></select>",
            "/xw/list_9_2.html",
        ),
        // scripts that say where they lead
        (
            "/xw/",
            "<a href=\"javascript:location.href='list_9_2.html'\">下一页</a>",
            "/xw/list_9_2.html",
        ),
        (
            "/xw/",
            "<a href='#' onclick=\"window.location='list_9_2.html'; return false\">下一页</a>",
            "/xw/list_9_2.html",
        ),
        (
            "/xw/",
            "<a href='javascript:;' onclick=\"gotoUrl('list_9_2.html')\">2</a>",
            "/xw/list_9_2.html",
        ),
        (
            "/xw/",
            "<script>function goPage(n){location.href='list.asp?page='+n;}</script><a href='javascript:goPage(2)'>2</a><a href='javascript:goPage(3)'>3</a>",
            "/xw/list.asp?page=2",
        ),
        (
            "/xw/list_9_2.html",
            "<script>function go(p) { window.location.href = 'list_9_' + p + '.html' }</script><span onclick='go(1)'>1</span><span onclick=\"go('3')\">下一页</span>",
            "/xw/list_9_3.html",
        ),
        // buttons
        (
            "/xw/",
            "<button class=load-more data-url='/xw/?page=2'>加载更多</button>",
            "/xw/?page=2",
        ),
        (
            "/xw/",
            "<div class=more data-href='/xw/more.html'>点击加载更多</div>",
            "/xw/more.html",
        ),
        (
            "/xw/?page=2",
            "<a href='javascript:void(0)' data-next='/xw/?page=3'>查看更多</a>",
            "/xw/?page=3",
        ),
        ("/xw/", "<a href='/xw/?page=2'>加载更多</a>", "/xw/?page=2"),
        (
            "/xw/",
            "<input type=button value='下一页' onclick=\"location.href='list_9_2.html'\">",
            "/xw/list_9_2.html",
        ),
    ] {
        leads(own, pager, &[next]);
    }
}

#[test]
fn a_pager_that_only_a_script_or_a_form_can_work_is_noted() {
    for (pager, how) in [
        ("<a href='javascript:goPage(2)'>下一页</a>", "goPage(2)"),
        (
            "<a href='#' onclick='queryList(2);return false'>2</a>",
            "queryList(2);return false",
        ),
        (
            "<a href=\"javascript:__doPostBack('pager$ctl2','')\">下一页</a>",
            "__doPostBack('pager$ctl2','')",
        ),
        (
            "<a href='javascript:document.form1.submit()'>下一页</a>",
            "document.form1.submit()",
        ),
        (
            "<form method=post action='list.asp'><input type=submit value='下一页'></form>",
            "a form",
        ),
        (
            "<button type=button onclick='more(2)'>加载更多</button>",
            "more(2)",
        ),
    ] {
        leads("/xw/", pager, &[]);
        let found = discover(&page("/xw/", pager), &BUILTIN);
        assert_eq!(found.unfollowed.as_deref(), Some(how), "{pager}");
    }
    for (own, pager) in [
        // followed after all
        (
            "/xw/",
            "<a href='javascript:goPage(2)'>2</a><a href='/xw/?page=2'>下一页</a>",
        ),
        // something else
        (
            "/xw/",
            "<a href='javascript:share(2)'>分享</a><form method=post><input type=submit value=搜索></form>",
        ),
        // an article
        (
            "/xw/2020/0916/12.html",
            "<a href='javascript:goPage(2)'>下一页</a>",
        ),
    ] {
        let found = discover(&page(own, pager), &BUILTIN);
        assert_eq!(found.unfollowed, None, "{pager}");
    }
}

#[test]
fn what_is_no_pager_leads_nowhere() {
    for pager in [
        "<a href='/xw/2020/0916/13.html'>下一篇</a>",
        "<a href='javascript:history.back()'>返回</a>",
        "<img data-src='/i/2.jpg'><div data-url='/product/2.html'>产品</div>",
        // beyond the last
        "<a href='?page=10'>下一页</a><a href='?page=9'>末页</a>",
    ] {
        let html =
            format!("<ul><li><a href='/xw/2020/0916/12.html'>会展经济论坛举行</a></ul>{pager}");
        let found = discover(&page("/xw/?page=9", &html), &BUILTIN);
        assert_eq!(short(&found.next), [""; 0], "{pager}");
    }
}

#[test]
fn a_script_is_read_and_never_followed_off_the_site() {
    let html = "<a href=\"javascript:location.href='http://other.example.org/list_2.html'\">下一页</a>\
        <a href='#' onclick=\"location.href='javascript:alert(1)'\">下一页</a>";
    let found = discover(&page("/xw/", html), &BUILTIN);
    assert_eq!(short(&found.next), [""; 0]);
    let long = format!("<a href='javascript:{}(2)'>下一页</a>", "x".repeat(1 << 16));
    assert_eq!(discover(&page("/xw/", &long), &BUILTIN).unfollowed, None);
}
