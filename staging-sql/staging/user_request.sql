create view staging.user_request as
select * from staging.ticket where final_class = 'UserRequest';

comment on view staging.user_request is 'One row per user request, as last seen in iTop: the rows of staging.ticket of this class.';
