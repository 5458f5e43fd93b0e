-- Step 9: versions without their texts.

-- What lists and filters ask of a version. The text lies beside it, a page of the file for each, so that
-- ten thousand versions cost reading ten thousand pages; here they are two hundred.
CREATE INDEX version_listing
    ON version (id, page_id, version_no, publish_time, lang, source, author, first_fetch_id);

-- Whether a version is the current one of an article, and of which site.
DROP INDEX page_current;
CREATE INDEX page_current ON page (current_version_id, kind, site_id);
