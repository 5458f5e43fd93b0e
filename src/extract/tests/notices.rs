//! Legal notices at the ends of a text go; news that speaks of the same things stays.

use super::*;

/// Sentences of news with words that notices use.
const NEWS: [&str; 18] = [
    "公司先后取得危险化学品经营许可证和安全生产许可证，双方将在多个领域开展合作。",
    "我们将为客户提供全方位的技术支持，让设备始终保持良好的运行状态。",
    "公司为项目提供技术支持和售后服务，得到业主单位的一致好评。",
    "法院判决该公司侵犯他人专利权，需要赔偿经济损失三百万元。",
    "消费者遇到问题可拨打举报电话12315，工作人员会及时处理。",
    "公司客服电话全年无休，客户的问题都能在一个小时内得到答复。",
    "未经授权的机构不得开展此项业务，违者将被依法处罚。",
    "未经许可不得擅自占用耕地，这是几代人都知道的道理。",
    "根据著作权法的规定，作者享有署名的权利，这一点没有疑问。",
    "该活动版权所有者为某公司，授权期限为三年，到期后可以续约。",
    "网站已完成ICP备案，预计下个月正式上线，届时市民可在线办理。",
    "记者从公网安备系统了解到，全市已有三千家网站完成登记。",
    "欢迎市民通过投稿邮箱参与征集活动，优秀作品将在展厅展出。",
    "侵犯公民个人信息的案件呈上升趋势，市民的维权意识不断提高。",
    "专家不代表任何机构的立场，只就技术问题发表自己的看法。",
    "免责声明不能成为企业逃避责任的借口，律师在会上这样表示。",
    "版权声明是出版物的重要组成部分，与会的编辑都赞同这一看法。",
    "隐私计算是近年来的热点，多家企业在会上展示了各自的方案。",
];

/// Notices as sites print them.
const NOTICES: [&str; 14] = [
    "版权所有：某某市某某设备有限公司",
    "Copyright © 2019 某某设备有限公司 版权所有",
    "京ICP备12345678号-1",
    "京公网安备 11010502000000号",
    "网络文化经营许可证：京网文〔2019〕0000-000号",
    "技术支持：某某网络",
    "未经本网书面授权，不得转载、摘编或建立镜像，违者必究。",
    "转载请注明出处，谢谢合作。",
    "文章内容仅代表作者本人，不代表本站立场。",
    "以上内容仅供参考，不构成投资建议，据此操作风险自担。",
    "如有侵犯您的权益，请及时联系我们删除。",
    "违法和不良信息举报电话：010-00000000",
    "投稿邮箱：news@example.cn",
    "免责声明：本网转载的内容版权归原作者所有。",
];

fn text_with(line: &str, is_first: bool) -> String {
    let line = format!("<p>{line}</p>");
    let text = if is_first {
        format!("{line}{TEXT}")
    } else {
        format!("{TEXT}{line}")
    };
    let page = format!("<h1>展会在某市开幕</h1><div>2016-08-19 17:00</div><div>{text}</div>");
    read(&page).article.body_text.unwrap_or_default()
}

#[test]
fn news_of_licences_and_rights_stays_at_either_end() {
    for line in NEWS {
        for is_first in [true, false] {
            let text = text_with(line, is_first);
            assert!(text.contains(line), "{line} first: {is_first}\n{text}");
        }
    }
}

#[test]
fn legal_notices_at_the_end_go() {
    for line in NOTICES {
        let text = text_with(line, false);
        assert!(!text.contains(line), "{line}\n{text}");
        assert!(text.contains("签约额超过往届"), "{line}\n{text}");
    }
}
