# What the adapter's tests need of a fresh Request Tracker: two queues, a field for our key, a user with exactly the
# rights that docs/crm.md names, and one with none.
our @Users = (
    { Name => 'supportvoice', RealName => 'SupportVoice', EmailAddress => 'supportvoice@desk.test', Privileged => 1 },
    { Name => 'stranger', EmailAddress => 'stranger@desk.test', Privileged => 1 },
);
our @Queues = (
    { Name => 'Support',     Description => 'Support' },
    { Name => 'Escalations', Description => 'For a person' },
);
our @CustomFields = (
    { Name => 'SupportVoice Key', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => 0, MaxValues => 1 },
);
our @ACL = map( { { UserId => 'supportvoice', Right => $_ } }
    qw(SeeQueue ShowTicket ShowTicketComments CreateTicket CommentOnTicket ReplyToTicket ModifyTicket
       SeeCustomField ModifyCustomField AdminUsers) );
1;
