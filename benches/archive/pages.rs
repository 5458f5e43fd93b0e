//! Pages of a generated site with a template: a menu, styles and scripts around a text of its own.

/// Words of the trade, of which texts are made.
const WORDS: &str = "展览 展会 会议 主办 承办 参展商 观众 展位 布展 开幕 闭幕 论坛 峰会 场馆 广场 国际 \
    博览会 采购 签约 品牌 设计 搭建 物流 报名 名录 通知 公告 日程 嘉宾 媒体 记者 报道 现场 企业 产品 技术 \
    创新 市场 行业 协会 合作 交流 服务 平台 城市 经济 发展 同比 增长 面积 平方米 届 万 人次 今年 昨日 上午 \
    在 的 了 与 将 为 等 于 共 达 由 和";

/// The text of an article: some 730 characters.
pub(crate) fn text(number: u64) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = fastrand::Rng::with_seed(number);
    (0..400)
        .map(|_| words[random.usize(..words.len())])
        .collect()
}

/// The page around it, some 37 kB.
pub(crate) fn page(number: u64) -> String {
    // the same on every page, as the names of a build's files are
    let mut template = fastrand::Rng::with_seed(0);
    let mut menu = String::new();
    for n in 0..110_u32 {
        let item = format!(
            "<link href=\"/static/{:016x}{:016x}.css\"><li class=\"nav-item item-{n}\">\
             <a href=\"/column/{n}/\" title=\"栏目{n}\"><span class=\"icon-{n}\"></span>栏目{n}</a></li>\n\
             <style>.item-{n} {{ float: left; width: {}px; }}</style>\n\
             <script>var group{n} = {{ id: {}, speed: 500 }};</script>\n",
            template.u64(..),
            template.u64(..),
            n * 7 % 90 + 60,
            n * 7919,
        );
        menu.push_str(&item);
    }
    format!(
        "<html><head><title>公告{number}</title></head><ul>{menu}</ul><p>{}</p>\
         <script>var id = {number};</script></html>",
        text(number)
    )
}
