-- iTop's picture URL opens without a login: neither it nor its secret is ever sent (rule F1).
select target_key as record_key, 'no address or secret of a picture in iTop' as expected, 'found in the body' as actual
from intercom.article
where body ~* 'download_inlineimage|data-img-|ajax\.document\.php'
