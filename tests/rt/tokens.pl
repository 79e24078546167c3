use strict; use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT -init;
for my $name (@ARGV) {
    my $user = RT::User->new(RT->SystemUser); $user->Load($name); die $name unless $user->Id;
    my $token = RT::AuthToken->new(RT->SystemUser);
    my ($ok, $msg, $auth) = $token->Create(Owner => $user->Id, Description => 'tests');
    die $msg unless $ok; print "$name $auth\n";
}
