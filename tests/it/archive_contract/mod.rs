//! What every store must do: one suite, stamped on each of them, test for test.
//!
//! A store exists when it passes. A case is an async function over a [`Scene`]; `contract!` lists
//! the cases and makes a test of each for each store.
#![expect(clippy::indexing_slicing, reason = "a missing row is a failed test")]

mod agreement;
mod changes;
mod claims;
mod dossiers;
mod exchange;
mod finding;
mod health;
mod history;
mod importing;
mod leases;
mod outcomes;
mod planning;
mod pruning;
mod reading;
mod redirects;
mod reposts;
mod rereading;
mod runs;
pub(crate) mod scene;
mod searching;
mod small;
mod statistics;
mod turns;

macro_rules! contract {
    ($($subject:ident: $($case:ident),+ $(,)?;)+) => {
        mod memory {
            $($(
                #[tokio::test]
                async fn $case() {
                    super::$subject::$case(&super::scene::Scene::in_memory()).await;
                }
            )+)+
        }
        mod sqlite {
            $($(
                #[tokio::test]
                async fn $case() {
                    super::$subject::$case(&super::scene::Scene::in_sqlite()).await;
                }
            )+)+
        }
    };
}

contract! {
    exchange:
        looks_are_handed_on_page_by_page,
        looks_are_chosen_by_site_page_and_time,
        what_a_304_speaks_for_is_found;
    statistics:
        months_add_up_what_was_published_in_them;
    changes:
        each_edit_is_told_and_so_is_its_being_taken_back,
        changes_are_chosen_by_time_site_and_number,
        a_page_that_vanished_is_told_until_it_comes_back;
    dossiers:
        an_article_comes_with_its_past,
        what_is_not_asked_for_is_left_out;
    searching:
        searches_find_what_they_mean,
        what_is_found_comes_in_order,
        only_the_current_version_is_searched,
        counts_are_those_of_a_scan,
        the_largest_search_is_answered;
    finding:
        a_whole_result_is_what_pages_of_it_tell,
        versions_are_given_in_the_order_asked,
        at_equal_terms_the_version_kept_last_comes_first,
        growth_is_that_of_the_last_day,
        earlier_versions_are_found_when_asked,
        facets_count_what_is_found,
        pages_go_on_where_the_one_before_ended,
        pages_go_on_while_articles_come_in;
    leases:
        a_host_is_lent_to_one_holder_at_a_time,
        a_lease_that_ran_out_is_lent_again_and_its_token_refused,
        a_lease_that_ran_out_holds_until_the_host_is_lent_again,
        a_released_token_is_refused,
        a_renewed_lease_lasts,
        tokens_are_never_used_twice,
        a_token_is_good_for_its_host_alone,
        two_workers_share_the_hosts,
        many_workers_never_hold_one_host_together,
        a_resting_host_is_withheld,
        who_waits_for_named_pages_goes_before_a_crawl,
        lists_come_before_articles,
        feeds_and_sitemaps_come_before_articles,
        new_pages_come_before_revisits_and_the_latest_found_first,
        a_host_that_who_asks_works_on_is_passed_over,
        a_spent_host_is_withheld,
        only_pages_in_scope_are_lent,
        the_clock_and_robots_of_a_host_are_kept,
        robots_are_replaced_by_origin;
    claims:
        a_host_is_believed_after_enough_claims_that_came_true,
        a_host_that_claims_all_the_time_is_not_believed,
        a_change_that_nobody_claimed_counts_against_the_host,
        looks_that_failed_judge_nothing,
        claims_only_move_forward;
    planning:
        a_list_is_walked_on_while_there_are_news,
        a_walk_does_not_end_at_what_it_found_itself,
        a_walk_that_another_run_takes_up_does_not_end_early,
        a_walk_ends_where_an_older_article_is_known,
        the_same_url_is_the_same_page,
        every_spelling_is_the_same_page,
        numbers_come_in_the_order_asked,
        a_known_page_keeps_its_schedule,
        an_explicit_plan_hastens_and_never_delays,
        a_known_page_is_found_under_the_nearest_depth,
        an_unknown_kind_gives_way,
        a_site_takes_over_pages_that_were_asked_ad_hoc,
        a_later_part_is_due_only_by_name,
        a_list_becomes_no_part,
        a_page_is_a_part_whatever_stood_for_it,
        recheck_makes_a_site_due;
    outcomes:
        a_new_article_is_version_one,
        a_changed_article_is_a_new_version,
        a_counter_is_not_an_edit,
        a_revert_is_two_versions_and_three_turns,
        an_unchanged_article_is_a_look_alone,
        another_hash_rule_makes_no_version,
        a_304_saw_the_current_version,
        a_failed_look_is_kept,
        a_refused_look_is_kept,
        a_list_plans_what_it_leads_to,
        only_so_much_of_what_is_new_is_planned_at_once,
        a_lost_commit_leaves_nothing,
        a_later_part_is_no_article,
        everything_read_comes_back;
    history:
        counts_what_stayed_the_same,
        counts_failures_until_an_answer,
        a_page_is_gone_when_two_looks_say_so,
        a_page_that_comes_back_is_not_gone,
        validators_are_those_of_the_last_answer_found,
        an_article_in_parts_has_no_validators,
        a_list_has_validators_when_all_it_leads_to_is_known,
        a_list_changes_when_it_leads_somewhere_new,
        a_count_once_seen_stays;
    redirects:
        a_permanent_redirect_stands_for_its_page,
        a_temporary_redirect_plans_its_target_alone,
        redirects_in_a_row_lead_to_the_last,
        redirects_in_a_circle_end,
        a_redirect_to_another_spelling_is_asked_for,
        spellings_in_a_circle_end,
        an_article_left_behind_is_still_found;
    reading:
        an_unknown_page_is_nothing,
        old_versions_are_read_by_number,
        bodies_are_read_by_hash,
        sites_are_summed_up,
        articles_come_newest_first,
        notices_are_kept_once_and_the_latest_first,
        a_lost_commit_leaves_no_notice;
    importing:
        looks_of_others_stand_where_their_time_is,
        a_later_look_of_others_moves_the_page,
        a_page_of_others_is_not_due_until_somebody_wants_it,
        a_page_known_twice_stays_as_it_is,
        an_import_of_a_page_looked_at_meanwhile_is_refused,
        an_import_stands_beside_who_holds_the_host,
        a_page_is_gone_by_all_its_looks,
        what_looks_came_to_is_told_anew,
        parts_of_others_are_those_nearest_in_time,
        a_run_of_kind_import_is_told;
    rereading:
        a_past_is_told_as_it_was_committed,
        pages_are_counted_and_listed_by_scope,
        looks_are_moved_to_what_they_saw,
        a_page_looked_at_meanwhile_is_refused,
        what_is_no_article_has_no_current_version,
        what_no_digest_covers_is_brought_up_to_date,
        a_part_is_found_by_the_visit_it_belongs_to;
    turns:
        the_instants_of_an_address_are_an_interval_apart,
        each_address_has_its_own_clock,
        an_address_left_alone_is_free_at_once,
        a_clock_set_back_does_not_lock_an_address,
        many_callers_never_share_an_instant,
        one_host_is_lent_by_name,
        a_host_that_is_held_or_rests_is_not_lent_by_name,
        who_was_refused_a_host_goes_before_a_crawl,
        a_host_without_pages_keeps_its_clock;

    runs:
        runs_come_latest_first,
        a_run_tells_its_report,
        a_run_without_a_report_tells_its_looks,
        a_crawl_that_is_to_be_alone_begins_when_it_is,
        a_clock_that_was_set_back_holds_nothing_up,
        what_is_due_is_seen_without_taking_it;
    health:
        looks_are_counted_by_site,
        articles_tell_what_they_give,
        lists_that_wait_and_hosts_that_rest_are_told;
    reposts:
        texts_wait_until_their_current_version_is_read,
        what_is_alike_is_kept_once_and_anew,
        places_are_kept_and_forgotten,
        another_rule_forgets_the_one_before;
}
