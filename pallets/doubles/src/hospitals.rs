// SPDX-License-Identifier: Apache-2.0

//! What stands for the credentials' pallet.

use codec::FullCodec;
use contour_primitives::{
	Action, Conduct, InstitutionId, Institutions, KeyRegistry, KeySuite, Modality, PublicKey,
	Refusal, Role, Roles, Standing,
};
use frame_support::{Blake2_128Concat, ensure, pallet_prelude::ValueQuery, storage_alias};
use std::marker::PhantomData;

/// Which hospitals are members in good standing.
#[storage_alias(verbatim)]
type Active = StorageMap<Hospitals, Blake2_128Concat, InstitutionId, bool, ValueQuery>;

#[storage_alias(verbatim)]
type Administrators<AccountId> = StorageMap<Hospitals, Blake2_128Concat, AccountId, InstitutionId>;

/// At which hospitals somebody has which roles.
#[storage_alias(verbatim)]
type Positions<AccountId> =
	StorageMap<Hospitals, Blake2_128Concat, AccountId, Vec<(InstitutionId, Roles)>, ValueQuery>;

#[storage_alias(verbatim)]
type Keys<AccountId> = StorageMap<Hospitals, Blake2_128Concat, AccountId, KeySuite>;

/// Hospitals and the people for whom they vouch. Whoever has the role that an action needs may do
/// it, unless `C` finds fault with their conduct.
pub struct Hospitals<AccountId, C = ()>(PhantomData<(AccountId, C)>);

impl<AccountId: FullCodec, C> Hospitals<AccountId, C> {
	/// Admits a hospital.
	pub fn admit(institution: InstitutionId) {
		Active::insert(institution, true);
	}

	/// Suspends a hospital and all for whom it vouches.
	pub fn suspend(institution: InstitutionId) {
		Active::insert(institution, false);
	}

	/// Ends the suspension of a hospital.
	pub fn reinstate(institution: InstitutionId) {
		Active::insert(institution, true);
	}

	/// Lets somebody administer a hospital.
	pub fn appoint(administrator: &AccountId, institution: InstitutionId) {
		Administrators::<AccountId>::insert(administrator, institution);
	}

	/// The hospital that somebody administers, which is admitted now if there is none.
	pub fn hospital_of(administrator: &AccountId) -> InstitutionId {
		Administrators::<AccountId>::get(administrator).unwrap_or_else(|| {
			let institution = InstitutionId(Active::iter_keys().count() as u32);
			Self::admit(institution);
			Self::appoint(administrator, institution);
			institution
		})
	}

	/// Lets a hospital vouch for somebody, for whom others may vouch already.
	pub fn vouch(who: &AccountId, institution: InstitutionId, roles: &[Role]) {
		let roles = roles.iter().copied().collect();
		Positions::<AccountId>::mutate(who, |positions| positions.push((institution, roles)));
	}

	/// Registers somebody's encryption key.
	pub fn give_key(who: &AccountId, suite: KeySuite) {
		Keys::<AccountId>::insert(who, suite);
	}

	/// Takes somebody's encryption key away.
	pub fn lose_key(who: &AccountId) {
		Keys::<AccountId>::remove(who);
	}

	/// The first hospital that is active and at which the roles suffice.
	fn first(who: &AccountId, suffice: impl Fn(Roles) -> bool) -> Result<InstitutionId, Refusal> {
		let mut closest = Refusal::NotVouchedFor;
		for (institution, roles) in Positions::<AccountId>::get(who) {
			if !Active::get(institution) {
				closest = closest.max(Refusal::InstitutionNotActive);
			} else if suffice(roles) {
				return Ok(institution);
			} else {
				closest = Refusal::MissingRole;
			}
		}
		Err(closest)
	}

	/// Whether a hospital is active at which the roles suffice.
	fn at(
		who: &AccountId,
		institution: InstitutionId,
		suffice: impl Fn(Roles) -> bool,
	) -> Result<(), Refusal> {
		let (_, roles) = Positions::<AccountId>::get(who)
			.into_iter()
			.find(|(own, _)| *own == institution)
			.ok_or(Refusal::NotVouchedFor)?;
		ensure!(Active::get(institution), Refusal::InstitutionNotActive);
		ensure!(suffice(roles), Refusal::MissingRole);
		Ok(())
	}

	/// The roles of which one is needed.
	fn needed(action: Action, modality: Modality) -> Result<Roles, Refusal> {
		ensure!(modality != Modality::Other, Refusal::NoStandard);
		Ok(match action {
			Action::RegisterStudy => Role::Custodian.into(),
			Action::AccessStudy | Action::SubmitReading | Action::VoteOnPanel => {
				Role::Radiologist.into()
			}
			Action::EmergencyAccess => Role::Clinician.into(),
			Action::OpenTask => Roles::from(Role::Custodian) | Role::Radiologist.into(),
			Action::ReportScores => Role::Scorer.into(),
			Action::SubmitResult => Role::DataScientist.into(),
		})
	}
}

impl<AccountId: FullCodec, C> Institutions<AccountId> for Hospitals<AccountId, C> {
	fn is_active(institution: InstitutionId) -> bool {
		Active::get(institution)
	}

	fn administered_by(who: &AccountId) -> Option<InstitutionId> {
		Administrators::<AccountId>::get(who).filter(|institution| Active::get(institution))
	}

	fn fee_account_of(institution: InstitutionId) -> AccountId {
		let mut bytes = [255; 32];
		bytes[..4].copy_from_slice(&institution.0.to_le_bytes());
		AccountId::decode(&mut &bytes[..]).expect("no account is longer")
	}

	fn introduce(_: &AccountId) {}
}

impl<AccountId: FullCodec, C: Conduct<AccountId>> Standing<AccountId> for Hospitals<AccountId, C> {
	fn voucher(who: &AccountId) -> Result<InstitutionId, Refusal> {
		Self::first(who, |_| true)
	}

	fn may(who: &AccountId, action: Action, modality: Modality) -> Result<InstitutionId, Refusal> {
		Self::voucher(who)?;
		let needed = Self::needed(action, modality)?;
		let institution = Self::first(who, |roles| roles.intersects(needed))?;
		C::ensure_clean(who)?;
		Ok(institution)
	}

	fn may_at(
		who: &AccountId,
		institution: InstitutionId,
		action: Action,
		modality: Modality,
	) -> Result<(), Refusal> {
		let needed = Self::needed(action, modality)?;
		Self::at(who, institution, |roles| roles.intersects(needed))?;
		C::ensure_clean(who)
	}

	fn holds(who: &AccountId, institution: InstitutionId, role: Role) -> Result<(), Refusal> {
		Self::at(who, institution, |roles| roles.contains(role))
	}
}

impl<AccountId: FullCodec, C> KeyRegistry<AccountId> for Hospitals<AccountId, C> {
	fn key_of(who: &AccountId) -> Option<(KeySuite, PublicKey)> {
		let suite = Keys::<AccountId>::get(who)?;
		Some((suite, PublicKey::truncate_from(vec![1; suite.public_key_bytes() as usize])))
	}
}
